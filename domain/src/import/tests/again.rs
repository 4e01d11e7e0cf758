//! Importing again.

use shared::import::Renamed;
use shared::notes::VersionReason;

use super::*;

fn vault() -> Shelf {
    Shelf::of(&[("A.md", "one [[B]]"), ("B.md", "two"), ("p.txt", "p")])
}

#[tokio::test]
async fn an_unchanged_vault_changes_nothing() {
    let home = Home::new();
    let (site, counted) = home.counted_site();
    let vault = vault();
    import(&site, &vault).await;
    let before = note(&site, "A").await;
    counted.take();
    let again = import(&site, &vault).await;
    assert_eq!(counted.take().writes, 0);
    assert_eq!((again.notes.unchanged, again.files.unchanged), (2, 1));
    assert_eq!(note(&site, "A").await, before);
}

#[tokio::test]
async fn what_changed_in_the_vault_is_updated_and_nothing_else() {
    let home = Home::new();
    let site = home.site();
    let vault = vault();
    import(&site, &vault).await;
    home.records.settle();
    let other = note(&site, "B").await;
    vault.put("A.md", b"changed [[B]]");
    vault.put("p.txt", b"other bytes");
    let report = import(&site, &vault).await;
    home.records.settle();
    assert_eq!((report.notes.updated, report.notes.unchanged, report.files.new), (1, 1, 1));
    let changed = note(&site, "A").await;
    assert_eq!(changed.body, "changed [[B]]");
    assert_eq!(changed.published.as_ref().unwrap().version, changed.version);
    assert_eq!(note(&site, "B").await, other);
    let history = notes::history(&site, &OWNER, changed.id, None).await.unwrap().items;
    assert_eq!(history.iter().map(|line| line.reason).collect::<Vec<_>>(), [VersionReason::Import; 2]);
}

#[tokio::test]
async fn what_the_owner_edited_is_never_overwritten() {
    let home = Home::new();
    let site = home.site();
    let vault = vault();
    import(&site, &vault).await;
    home.records.settle();
    let mine = edit(&site, &note(&site, "A").await, "mine [[B]]").await;
    vault.put("A.md", b"theirs [[B]]");
    for _ in 0..2 {
        let report = import(&site, &vault).await;
        assert_eq!((report.notes.kept, report.notes.updated, &report.kept), (1, 0, &vec!["A.md".to_owned()]));
        assert_eq!(notes::open(&site, &OWNER, mine.id).await.unwrap(), mine);
    }
    vault.put("A.md", b"mine [[B]]");
    let agreed = import(&site, &vault).await;
    assert_eq!((agreed.notes.kept, agreed.notes.unchanged), (0, 2));
    vault.put("A.md", b"theirs again");
    assert_eq!(import(&site, &vault).await.notes.updated, 1);
}

#[tokio::test]
async fn an_edit_here_is_left_alone_while_the_vault_stays() {
    let home = Home::new();
    let site = home.site();
    let vault = vault();
    import(&site, &vault).await;
    home.records.settle();
    let mine = edit(&site, &note(&site, "A").await, "mine").await;
    let report = import(&site, &vault).await;
    assert_eq!((report.notes.unchanged, report.kept.len()), (2, 0));
    assert_eq!(notes::open(&site, &OWNER, mine.id).await.unwrap(), mine);
}

#[tokio::test]
async fn what_is_gone_from_the_vault_stays_here_and_is_named() {
    let home = Home::new();
    let site = home.site();
    let vault = vault();
    import(&site, &vault).await;
    vault.remove("B.md");
    let report = import(&site, &vault).await;
    home.records.settle();
    assert_eq!(report.removed, ["B.md"]);
    assert!(is_public(&site, "b").await);
}

#[tokio::test]
async fn a_vault_is_known_after_a_move_and_not_taken_for_another() {
    let site = Home::new().site();
    let mut vault = vault();
    vault.1 = "notes";
    import(&site, &vault).await;
    let mut other = Shelf::of(&[("C.md", "two")]);
    other.1 = "diary";
    let report = import(&site, &other).await;
    assert_eq!((report.notes.new, report.removed.len(), report.renamed.len()), (1, 0, 0), "{report}");
    vault.1 = "copy of notes";
    vault.remove("B.md");
    assert_eq!(import(&site, &vault).await.removed, ["B.md"]);
}

#[tokio::test]
async fn a_renamed_file_is_the_same_note() {
    let home = Home::new();
    let site = home.site();
    let vault = vault();
    import(&site, &vault).await;
    home.records.settle();
    let before = note(&site, "B").await;
    let text = vault.remove("B.md");
    vault.put("Deep/Bee.md", &text);
    let report = import(&site, &vault).await;
    home.records.settle();
    assert_eq!(report.renamed, [Renamed { from: "B.md".into(), to: "Deep/Bee.md".into() }]);
    assert_eq!((report.notes.new, report.notes.updated, report.removed.len()), (0, 1, 0));
    let after = note(&site, "Bee").await;
    assert_eq!((after.id, &after.slug, after.path.as_deref()), (before.id, &before.slug, Some("Deep/Bee.md")));
    assert_eq!(import(&site, &vault).await.notes.unchanged, 2);
}

#[tokio::test]
async fn a_renamed_file_keeps_what_the_owner_wrote_here() {
    let home = Home::new();
    let site = home.site();
    let vault = vault();
    import(&site, &vault).await;
    home.records.settle();
    let mine = edit(&site, &note(&site, "B").await, "mine").await;
    let text = vault.remove("B.md");
    vault.put("Bee.md", &text);
    import(&site, &vault).await;
    assert_eq!(notes::open(&site, &OWNER, mine.id).await.unwrap().body, "mine");
    vault.put("Bee.md", b"theirs");
    assert_eq!(import(&site, &vault).await.kept, ["Bee.md"]);
}

#[tokio::test]
async fn what_the_owner_threw_away_does_not_come_back() {
    let home = Home::new();
    let site = home.site();
    let vault = vault();
    import(&site, &vault).await;
    home.records.settle();
    let (a, b) = (note(&site, "A").await, note(&site, "B").await);
    notes::trash(&site, &OWNER, a.id).await.unwrap();
    notes::trash(&site, &OWNER, b.id).await.unwrap();
    notes::purge(&site, &OWNER, b.id).await.unwrap();
    assert_eq!(import(&site, &vault).await.notes.unchanged, 2);
    vault.put("A.md", b"changed");
    vault.put("B.md", b"changed");
    let report = import(&site, &vault).await;
    assert_eq!((report.notes.kept, report.notes.new), (2, 0), "{report}");
    assert!(!is_public(&site, "a").await && !is_public(&site, "b").await);
}

#[tokio::test]
async fn publishing_follows_the_front_matter_and_the_owner() {
    let home = Home::new();
    let site = home.site();
    let vault = Shelf::of(&[("A.md", "text"), ("B.md", "text b")]);
    import(&site, &vault).await;
    home.records.settle();
    notes::withdraw(&site, &OWNER, note(&site, "B").await.id).await.unwrap();
    vault.put("A.md", b"---\npublish: false\n---\ntext");
    vault.put("B.md", b"text b, changed");
    import(&site, &vault).await;
    home.records.settle();
    assert!(!is_public(&site, "a").await, "its front matter withdraws it");
    assert!(!is_public(&site, "b").await, "the owner withdrew it");
    vault.put("A.md", b"text again");
    import(&site, &vault).await;
    assert!(is_public(&site, "a").await);
}

#[tokio::test]
async fn an_import_that_is_killed_is_finished_by_the_next() {
    let mut files = Vec::new();
    for n in 0..60 {
        files.push((format!("N{n:02}.md"), format!("note {n} [[N{:02}]]", (n + 1) % 60)));
    }
    let borrowed: Vec<_> = files.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
    let vault = Shelf::of(&borrowed);
    for after in [0, 1, 2, 3, 5, 8, 13] {
        let home = Home::new();
        let failing = Site { records: std::sync::Arc::new(Failing::after(after, home.records.clone())), ..home.site() };
        let killed = run(&failing, &OWNER, &vault, OBSIDIAN, &Quiet).await;
        let site = home.site();
        home.records.settle();
        let mut cursor = None;
        loop {
            let page = notes::all(&site, &OWNER, cursor.as_deref()).await.unwrap();
            for summary in &page.items {
                let note = notes::open(&site, &OWNER, summary.id).await.unwrap();
                assert!(note.body.starts_with("note "), "each is whole");
            }
            cursor = page.next;
            if cursor.is_none() {
                break;
            }
        }
        let report = import(&site, &vault).await;
        assert_eq!(report.notes.new + report.notes.unchanged, 60, "{after} {killed:?}");
        assert_eq!(report.dangling.len(), 0);
        assert_eq!(import(&site, &vault).await.notes.unchanged, 60);
        assert!(is_public(&site, "n59").await);
    }
}

/// A store that stops taking writes.
struct Failing {
    left: std::sync::atomic::AtomicI64,
    inner: std::sync::Arc<dyn crate::Records>,
}

impl Failing {
    fn after(writes: i64, inner: std::sync::Arc<dyn crate::Records>) -> Self {
        Self { left: writes.into(), inner }
    }

    fn write(&self) -> crate::ports::PortResult<()> {
        let left = self.left.fetch_sub(1, std::sync::atomic::Ordering::SeqCst);
        if left > 0 { Ok(()) } else { Err(crate::ports::PortError::failed("write")("the power is cut")) }
    }
}

#[async_trait::async_trait]
impl crate::Records for Failing {
    async fn get(&self, key: &crate::ports::Key) -> crate::ports::PortResult<Option<crate::ports::Record>> {
        self.inner.get(key).await
    }

    async fn batch_get(
        &self,
        keys: &[crate::ports::Key],
    ) -> crate::ports::PortResult<Vec<Option<crate::ports::Record>>> {
        self.inner.batch_get(keys).await
    }

    async fn query(
        &self,
        query: &crate::ports::Query,
    ) -> crate::ports::PortResult<shared::page::Page<crate::ports::Record>> {
        self.inner.query(query).await
    }

    async fn put(&self, put: crate::ports::Put) -> crate::ports::PortResult<u64> {
        self.write()?;
        self.inner.put(put).await
    }

    async fn delete(&self, key: &crate::ports::Key, expect: crate::ports::Expect) -> crate::ports::PortResult<()> {
        self.write()?;
        self.inner.delete(key, expect).await
    }

    async fn transact(&self, writes: Vec<crate::ports::Write>) -> crate::ports::PortResult<()> {
        self.write()?;
        self.inner.transact(writes).await
    }

    async fn generation(&self) -> crate::ports::PortResult<Option<u64>> {
        self.inner.generation().await
    }
}
