//! The difference of two forms, as small as a record should be: for each field that differs, what stands between the
//! beginning and the end that both have.

use serde::{Deserialize, Serialize};

use super::super::draft::{FieldName, Fields};

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
        let same = |pair: &(&u8, &u8)| pair.0 == pair.1;
        let mut at = old.as_bytes().iter().zip(new.as_bytes()).take_while(same).count();
        while !(old.is_char_boundary(at) && new.is_char_boundary(at)) {
            at -= 1;
        }
        let (old_rest, new_rest) = (&old[at..], &new[at..]);
        let mut tail = old_rest.bytes().rev().zip(new_rest.bytes().rev()).take_while(|(a, b)| a == b).count();
        while !(old_rest.is_char_boundary(old_rest.len() - tail) && new_rest.is_char_boundary(new_rest.len() - tail)) {
            tail -= 1;
        }
        let put = new_rest[..new_rest.len() - tail].to_owned();
        Some(Self { field, at, cut: old_rest.len() - tail, put })
    }
}
