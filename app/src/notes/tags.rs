//! `/tags` and `/tags/{tag}`: an index, as at the end of a book.

use std::collections::BTreeMap;

use leptos::prelude::*;
use shared::notes::TagCount;
use unicode_normalization::UnicodeNormalization as _;

use super::api;
use super::entries::Entries;
use super::list::further;
use crate::error::Failure;
use crate::layout::{Head, cursor, head, loaded, param};
use crate::ui::{Empty, Pager, tag_href};

/// All tags, under their first letters.
#[component]
pub fn Tags() -> impl IntoView {
    loaded(async {
        let tags = api::tags().await?;
        head(Head { description: Some("What the notes are about, by subject.".into()), ..Head::titled("Tags") });
        let index = if tags.is_empty() {
            view! { <Empty title="No tags yet">"A word with # before it in a note files the note under that word."</Empty> }
                .into_any()
        } else {
            view! { <Index tags/> }.into_any()
        };
        Ok(view! {
            <div class="page">
                <header class="page-head"><h1>"Tags"</h1></header>
                {index}
            </div>
        }
        .into_any())
    })
}

#[component]
fn Index(tags: Vec<TagCount>) -> impl IntoView {
    let groups: Vec<_> = by_letter(tags)
        .into_iter()
        .map(|(letter, tags)| {
            let lines: Vec<_> = tags.into_iter().map(|tag| view! { <IndexLine tag/> }).collect();
            view! {
                <section class="index-group">
                    <h2>{letter}</h2>
                    <ul>{lines}</ul>
                </section>
            }
        })
        .collect();
    view! { <div class="index">{groups}</div> }
}

#[component]
fn IndexLine(tag: TagCount) -> impl IntoView {
    let notes = if tag.count == 1 { " note" } else { " notes" };
    let href = tag_href(&tag.tag);
    // A long nested tag may be broken at its strokes.
    let parts: Vec<_> = tag.tag.split_inclusive('/').map(|part| view! { {part.to_owned()}<wbr/> }).collect();
    view! {
        <li>
            <a href=href>{parts}</a>
            <span class="index-count">{tag.count}<span class="visually-hidden">{notes}</span></span>
        </li>
    }
}

/// Tags under the letter they begin with, whatever marks it carries; what begins with none is under `#`.
fn by_letter(tags: Vec<TagCount>) -> Vec<(String, Vec<TagCount>)> {
    let mut groups: BTreeMap<String, Vec<TagCount>> = BTreeMap::new();
    for tag in tags {
        let letter = tag.tag.nfd().find(|c| c.is_alphanumeric()).filter(|c| c.is_alphabetic());
        let letter = letter.map_or_else(|| "#".to_owned(), |c| c.to_uppercase().to_string());
        groups.entry(letter).or_default().push(tag);
    }
    groups.into_iter().collect()
}

/// What is filed under a tag.
#[component]
pub fn Tagged() -> impl IntoView {
    let (tag, after) = (param("tag"), cursor());
    loaded(async move {
        let page = api::tagged(tag.clone(), after.clone()).await?;
        if page.items.is_empty() {
            return Err(Failure(shared::Error::NotFound));
        }
        let tag = page
            .items
            .iter()
            .flat_map(|note| &note.tags)
            .find(|have| have.to_lowercase() == tag)
            .cloned()
            .unwrap_or(tag);
        let list = tag_href(&tag);
        let first = after.is_some().then(|| list.clone());
        let next = page.next.as_deref().map(|next| further(&list, next));
        head(Head {
            description: Some(format!("Notes about {tag}.")),
            prev: first.clone(),
            next: next.clone(),
            canonical: Some(list),
            ..Head::titled(format!("#{tag}"))
        });
        Ok(view! {
            <div class="page">
                <header class="page-head">
                    <p class="overline"><a href="/tags">"Tags"</a></p>
                    <h1>{tag}</h1>
                </header>
                <h2 class="visually-hidden">"Notes with this tag"</h2>
                <Entries notes=page.items/>
                <Pager first next/>
            </div>
        }
        .into_any())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_index_has_each_letter_once() {
        let tag = |name: &str| TagCount { tag: name.into(), count: 1 };
        let groups = by_letter(vec![tag("1984"), tag("apple"), tag("Ábaco"), tag("Art"), tag("日本")]);
        let letters: Vec<_> = groups.iter().map(|(letter, tags)| (letter.as_str(), tags.len())).collect();
        assert_eq!(letters, [("#", 1), ("A", 3), ("日", 1)]);
    }
}
