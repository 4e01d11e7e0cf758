//! A query's way through the index: first strictly, then, where little was found, with a typo forgiven in each word.

use std::collections::HashSet;
use std::ops::Bound;

use domain::ports::search::WANTED;
use domain::ports::search::analysis::TYPO_CHARS;
use domain::ports::search::query::{self, Parsed, Term as Asked};
use domain::ports::search::snippet::{self, Typos};
use domain::ports::{Audience, Found, SearchQuery, rules};
use tantivy::collector::TopDocs;
use tantivy::query::{
    AllQuery, BooleanQuery, BoostQuery, ConstScoreQuery, FuzzyTermQuery, InvertedIndexRangeQuery, Occur, PhraseQuery,
    Query, RangeQuery, TermQuery,
};
use tantivy::schema::{Field, IndexRecordOption, Value as _};
use tantivy::{DocAddress, DocId, Score, Searcher, SegmentReader, TantivyDocument, Term};

use super::fields::{DATE, Fields, THING};

/// What the fields weigh.
const TITLE: Score = 8.0;
const TAG: Score = 3.0;
const TEXT: Score = 1.0;
/// What the beginning of a word weighs against the whole of it. Whole words weigh more the rarer they are.
const PREFIX: Score = 0.5;

/// What is found, best first, each thing once.
pub fn search(searcher: &Searcher, fields: &Fields, query: &SearchQuery) -> tantivy::Result<Vec<Found>> {
    let parsed = query::parse(&query.text);
    if parsed.is_empty() || query.limit == 0 {
        return Ok(Vec::new());
    }
    let wanted = query.offset.saturating_add(query.limit).min(searcher.num_docs() as usize);
    let mut things = HashSet::new();
    let strict = compile(searcher, fields, &parsed, query.audience, Typos::Refused)?;
    let mut hits = best(searcher, strict.as_ref(), wanted.max(WANTED), &mut things)?;
    if hits.len() < WANTED {
        let forgiving = compile(searcher, fields, &parsed, query.audience, Typos::Forgiven)?;
        hits.extend(best(searcher, forgiving.as_ref(), wanted, &mut things)?);
    }
    let shown = hits.into_iter().skip(query.offset).take(query.limit);
    shown.map(|(thing, address)| found(searcher, fields, &parsed, thing, address)).collect()
}

fn found(
    searcher: &Searcher,
    fields: &Fields,
    parsed: &Parsed,
    thing: String,
    address: DocAddress,
) -> tantivy::Result<Found> {
    let document: TantivyDocument = searcher.doc(address)?;
    let stored = |field| document.get_first(field).and_then(|value| value.as_str()).unwrap_or_default();
    Ok(Found { thing, kind: stored(fields.kind).into(), snippet: snippet::snippet(stored(fields.text), &parsed.terms) })
}

/// The best `wanted` things that are not in `things` yet. A thing may have several documents: asks for more until it has
/// enough or all.
fn best(
    searcher: &Searcher,
    query: &dyn Query,
    wanted: usize,
    things: &mut HashSet<String>,
) -> tantivy::Result<Vec<(String, DocAddress)>> {
    let before = things.clone();
    let mut ask = wanted.saturating_add(before.len()).saturating_mul(2).max(1);
    loop {
        let by_score_then_date = |segment: &SegmentReader| {
            let dates = segment.fast_fields().i64(DATE).ok().map(|dates| dates.first_or_default_col(i64::MIN));
            move |doc: DocId, score: Score| (score, dates.as_ref().map_or(i64::MIN, |dates| dates.get_val(doc)))
        };
        let top = searcher.search(query, &TopDocs::with_limit(ask).tweak_score(by_score_then_date))?;
        let all = top.len() < ask;
        things.clone_from(&before);
        let mut hits = Vec::new();
        for (_, address) in top {
            let thing = thing_of(searcher, address)?;
            if things.insert(thing.clone()) {
                hits.push((thing, address));
            }
        }
        if all || hits.len() >= wanted {
            hits.truncate(wanted);
            return Ok(hits);
        }
        ask = ask.saturating_mul(4);
    }
}

fn thing_of(searcher: &Searcher, address: DocAddress) -> tantivy::Result<String> {
    let mut thing = String::new();
    let column = searcher.segment_reader(address.segment_ord).fast_fields().str(THING)?;
    if let Some(column) = column
        && let Some(ord) = column.term_ords(address.doc_id).next()
    {
        column.ord_to_str(ord, &mut thing)?;
    }
    Ok(thing)
}

fn compile(
    searcher: &Searcher,
    fields: &Fields,
    parsed: &Parsed,
    audience: Audience,
    typos: Typos,
) -> tantivy::Result<Box<dyn Query>> {
    let anywhere = |term| anywhere(searcher, fields, term, typos);
    let mut all = parsed.terms.iter().map(anywhere).collect::<tantivy::Result<Vec<_>>>()?;
    let mut filter = |query: Box<dyn Query>| all.push(Box::new(BoostQuery::new(query, 0.0)));
    for tag in &parsed.tags {
        filter(exact(fields.tags, tag));
    }
    if let Some(kind) = &parsed.kind {
        filter(exact(fields.kind, kind));
    }
    if let Some(before) = parsed.before {
        let end = Term::from_field_i64(fields.date, before.as_second());
        filter(Box::new(RangeQuery::new(Bound::Unbounded, Bound::Excluded(end))));
    }
    let audiences = match audience {
        Audience::Public => vec![Audience::Public],
        Audience::Members => vec![Audience::Public, Audience::Members],
        Audience::Owner => vec![],
    };
    if !audiences.is_empty() {
        let any = audiences.into_iter().map(|audience| term_query(fields.audience_term(audience))).collect();
        filter(Box::new(BooleanQuery::union(any)));
    }
    if all.is_empty() {
        return Ok(Box::new(AllQuery));
    }
    Ok(Box::new(BooleanQuery::intersection(all)))
}

/// A term in any of the fields, each with its weight.
fn anywhere(searcher: &Searcher, fields: &Fields, term: &Asked, typos: Typos) -> tantivy::Result<Box<dyn Query>> {
    let mut any: Vec<(Occur, Box<dyn Query>)> = Vec::new();
    for (field, weight) in [(fields.title, TITLE), (fields.tag_words, TAG), (fields.text, TEXT)] {
        let mut add = |query: Box<dyn Query>, weight| {
            any.push((Occur::Should, Box::new(BoostQuery::new(query, weight))));
        };
        match term {
            Asked::Word(word) | Asked::Prefix(word) => {
                add(whole(searcher, fields, field, word)?, weight);
                if let Asked::Prefix(prefix) = term {
                    add(begins(field, prefix), weight * PREFIX);
                }
                if let Some(similar) = similar(field, word, typos) {
                    add(similar, weight * PREFIX);
                }
            }
            Asked::Phrase(words) => {
                let words = words.iter().map(|(at, word)| (*at, Term::from_field_text(field, word))).collect();
                add(Box::new(PhraseQuery::new_with_offset(words)), weight);
            }
        }
    }
    Ok(Box::new(BooleanQuery::new(any)))
}

/// A whole word. Few notes have tags, so BM25 would take any tag for a long text compared with the average: there a word
/// weighs by its rarity alone (BM25's inverse document frequency).
fn whole(searcher: &Searcher, fields: &Fields, field: Field, word: &str) -> tantivy::Result<Box<dyn Query>> {
    if field != fields.tag_words {
        return Ok(exact(field, word));
    }
    let (all, having) =
        (searcher.num_docs() as Score, searcher.doc_freq(&Term::from_field_text(field, word))? as Score);
    let rarity = (1.0 + (all - having).max(0.0) / (having + 0.5)).ln();
    Ok(Box::new(ConstScoreQuery::new(exact(field, word), rarity)))
}

fn exact(field: Field, word: &str) -> Box<dyn Query> {
    term_query(Term::from_field_text(field, word))
}

fn term_query(term: Term) -> Box<dyn Query> {
    Box::new(TermQuery::new(term, IndexRecordOption::WithFreqs))
}

fn begins(field: Field, prefix: &str) -> Box<dyn Query> {
    let term = |text: &str| Term::from_field_text(field, text);
    let end = rules::prefix_end(prefix).map_or(Bound::Unbounded, |end| Bound::Excluded(term(&end)));
    Box::new(InvertedIndexRangeQuery::new(Bound::Included(term(prefix)), end))
}

fn similar(field: Field, word: &str, typos: Typos) -> Option<Box<dyn Query>> {
    let long = word.chars().count() >= TYPO_CHARS;
    let query = || FuzzyTermQuery::new(Term::from_field_text(field, word), 1, true);
    (typos == Typos::Forgiven && long).then(|| Box::new(query()) as Box<dyn Query>)
}
