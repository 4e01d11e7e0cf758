//! Pictures and files that wait to be sent.

use std::collections::HashSet;

use js_sys::{Array, Object, Reflect};
use leptos::wasm_bindgen::{JsCast as _, JsValue};
use shared::ids::NoteId;
use web_sys::Blob;

use super::{BLOBS, Device, DeviceError, rows};

/// A file that waits to be sent.
#[derive(Clone, Debug)]
pub struct Waiting {
    /// Names it within its note; see `shared::editor::Attachment`.
    pub key: String,
    /// As the owner's machine calls it.
    pub name: String,
    /// Its bytes, and their media type.
    pub blob: Blob,
}

impl Device {
    /// Keeps a file; it is on the disk when this answers. The same key again takes the place of the first.
    ///
    /// # Errors
    /// Why it is not kept.
    pub async fn keep_blob(&self, note: NoteId, file: &Waiting) -> Result<(), DeviceError> {
        let value = Object::new();
        for (field, content) in [("name", JsValue::from(file.name.as_str())), ("blob", file.blob.clone().into())] {
            Reflect::set(&value, &field.into(), &content).map_err(|error| DeviceError::of(&error))?;
        }
        let key = rows::pair(note, &file.key);
        self.write(&[BLOBS], |transaction| transaction.object_store(BLOBS)?.put_with_key(&value, &key).map(drop)).await
    }

    /// A file that waits; `None` when it does not.
    ///
    /// # Errors
    /// Why it cannot be read.
    pub async fn blob(&self, note: NoteId, key: &str) -> Result<Option<Waiting>, DeviceError> {
        Ok(self.blobs_of(note).await?.into_iter().find(|file| file.key == key))
    }

    /// Every file of a note that waits.
    ///
    /// # Errors
    /// Why they cannot be read.
    pub async fn blobs_of(&self, note: NoteId) -> Result<Vec<Waiting>, DeviceError> {
        let found = self.rows(BLOBS, &rows::of_note(note)?).await?;
        Ok(found.into_iter().filter_map(|(key, value)| waiting(&key, &value)).collect())
    }

    /// Forgets a file: the site has it, or nobody wants it.
    ///
    /// # Errors
    /// Why it is still there.
    pub async fn forget_blob(&self, note: NoteId, key: &str) -> Result<(), DeviceError> {
        let at = rows::pair(note, key);
        self.write(&[BLOBS], |transaction| transaction.object_store(BLOBS)?.delete(&at).map(drop)).await
    }
}

impl Device {
    /// Forgets every file but those of these keys.
    ///
    /// # Errors
    /// Why others are still there.
    pub async fn keep_only_blobs(&self, wanted: &HashSet<String>) -> Result<(), DeviceError> {
        let found = self.rows(BLOBS, &JsValue::UNDEFINED).await?;
        let is_wanted = |key: &JsValue| Array::from(key).get(1).as_string().is_some_and(|key| wanted.contains(&key));
        let others: Vec<JsValue> = found.into_iter().map(|(key, _)| key).filter(|key| !is_wanted(key)).collect();
        self.write(&[BLOBS], |transaction| {
            let store = transaction.object_store(BLOBS)?;
            others.iter().try_for_each(|key| store.delete(key).map(drop))
        })
        .await
    }
}

fn waiting(key: &JsValue, value: &JsValue) -> Option<Waiting> {
    let field = |name: &str| Reflect::get(value, &name.into()).ok();
    Some(Waiting {
        key: Array::from(key).get(1).as_string()?,
        name: field("name")?.as_string()?,
        blob: field("blob")?.dyn_into().ok()?,
    })
}
