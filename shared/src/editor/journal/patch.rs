//! The difference of two forms, as small as a record should be: for each field that differs, what stands between the
//! beginning and the end that both have.

use serde::{Deserialize, Serialize};

use crate::editor::typing::splice;
use crate::editor::{FieldName, Fields};

/// Makes one form of another.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub(super) struct Patch(Vec<Splice>);

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Splice {
    field: FieldName,
    at: usize,
    cut: usize,
    put: String,
}

impl Patch {
    pub fn between(old: &Fields, new: &Fields) -> Self {
        Self(
            FieldName::ALL
                .iter()
                .filter_map(|field| Splice::between(*field, old.get(*field), new.get(*field)))
                .collect(),
        )
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// `None` if it was made for another form.
    pub fn apply(&self, old: &Fields) -> Option<Fields> {
        let mut fields = old.clone();
        for Splice { field, at, cut, put } in &self.0 {
            let text = fields.get_mut(*field);
            let end = at.checked_add(*cut)?;
            text.get(*at..end)?;
            text.replace_range(*at..end, put);
        }
        Some(fields)
    }
}

impl Splice {
    fn between(field: FieldName, old: &str, new: &str) -> Option<Self> {
        if old == new {
            return None;
        }
        let (range, put) = splice(old, new);
        Some(Self { field, at: range.start, cut: range.len(), put: put.to_owned() })
    }
}
