//! The copy of the search index that tantivy works on.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::Path;

use sha2::{Digest as _, Sha256};
use tantivy::indexer::{LogMergePolicy, NoMergePolicy};
use tantivy::merge_policy::MergePolicy as _;
use tantivy::{Index, IndexReader, IndexWriter, Searcher};
use tempfile::TempDir;

use super::manifest::Manifest;
use crate::adapters::full_text::fields::Fields;
use crate::adapters::full_text::{self, WRITER_BYTES};

const META: &str = "meta.json";

/// See the module.
pub struct Local {
    /// The commit that the folder holds and the reader shows.
    pub manifest: Manifest,
    writer: Option<IndexWriter>,
    reader: IndexReader,
    index: Index,
    fields: Fields,
    /// `meta.json` of an index without a document.
    empty: String,
    folder: TempDir,
}

/// What a commit has made.
pub struct Made {
    /// The new `meta.json`.
    pub meta: String,
    /// All of its files, and the names of their blobs.
    pub files: BTreeMap<String, String>,
    /// The blobs that are new.
    pub new: Vec<(String, Vec<u8>)>,
}

impl Local {
    /// Empty, in a folder of its own below `cache`.
    pub fn new(cache: &Path) -> tantivy::Result<Self> {
        fs::create_dir_all(cache)?;
        let folder = TempDir::with_prefix_in("search-", cache)?;
        let (fields, schema) = Fields::new();
        let (index, reader) = full_text::open(folder.path(), &schema)?;
        let empty = fs::read_to_string(folder.path().join(META))?;
        Ok(Self { manifest: Manifest::default(), writer: None, reader, index, fields, empty, folder })
    }

    /// Where the files are.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// What a search asks; it stays as it is while the index goes on.
    pub fn searcher(&self) -> (Searcher, Fields) {
        (self.reader.searcher(), self.fields)
    }

    /// False where a file of the commit has the name of another one here: tantivy would go on showing ours.
    pub fn may_become(&self, manifest: &Manifest) -> bool {
        manifest.files.iter().all(|(name, key)| self.manifest.files.get(name).is_none_or(|ours| ours == key))
    }

    /// The files of a commit that are not here, with their blobs.
    pub fn missing(&self, manifest: &Manifest) -> Vec<(String, String)> {
        let missing = manifest.files.iter().filter(|(name, _)| !self.manifest.files.contains_key(*name));
        missing.map(|(name, key)| (name.clone(), key.clone())).collect()
    }

    /// Shows another process's commit, all of whose files are here.
    pub fn show(&mut self, manifest: Manifest) -> tantivy::Result<()> {
        // It knows the commit before.
        self.writer = None;
        let meta = if manifest.meta.is_empty() { &self.empty } else { &manifest.meta };
        let (path, temporary) = (self.folder().join(META), self.folder().join("meta.part"));
        fs::write(&temporary, meta)?;
        fs::rename(temporary, path)?;
        self.keep(manifest)
    }

    /// Shows the commit that was made here, now that all know it.
    pub fn keep(&mut self, manifest: Manifest) -> tantivy::Result<()> {
        self.reader.reload()?;
        self.manifest = manifest;
        for entry in fs::read_dir(self.folder())? {
            let entry = entry?;
            let name = entry.file_name().to_string_lossy().into_owned();
            let segment = !name.starts_with('.') && !name.starts_with("meta.");
            if segment && !self.manifest.files.contains_key(&name) {
                remove(&entry.path())?;
            }
        }
        Ok(())
    }

    /// Makes a commit and merges small segments, one after the other: nothing goes on in the background, where a function
    /// would be frozen.
    pub fn commit(&mut self, work: &dyn Fn(&mut IndexWriter, &Fields) -> tantivy::Result<()>) -> tantivy::Result<Made> {
        let mut writer = match self.writer.take() {
            Some(writer) => writer,
            None => {
                let writer = self.index.writer_with_num_threads(1, WRITER_BYTES)?;
                writer.set_merge_policy(Box::new(NoMergePolicy));
                writer
            }
        };
        work(&mut writer, &self.fields)?;
        writer.commit()?;
        let segments = self.index.searchable_segment_metas()?;
        for few in LogMergePolicy::default().compute_merge_candidates(&segments) {
            writer.merge(&few.0).wait()?;
        }
        self.writer = Some(writer);
        self.made()
    }

    fn made(&self) -> tantivy::Result<Made> {
        let meta = fs::read_to_string(self.folder().join(META))?;
        let (mut files, mut new) = (BTreeMap::new(), Vec::new());
        for path in self.index.load_metas()?.list_segment_files() {
            let name = path.to_string_lossy().into_owned();
            if let Some(key) = self.manifest.files.get(&name) {
                files.insert(name, key.clone());
                continue;
            }
            // The list names all that a segment may have.
            let bytes = match fs::read(self.folder().join(&path)) {
                Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
                other => other?,
            };
            let hash = Sha256::digest(&bytes)[..8].iter().map(|byte| format!("{byte:02x}")).collect::<String>();
            let key = format!("{hash}-{name}");
            files.insert(name, key.clone());
            new.push((key, bytes));
        }
        Ok(Made { meta, files, new })
    }
}

fn remove(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}
