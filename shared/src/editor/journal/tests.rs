//! A log is cut, torn and thinned in every way; what it comes to was really there.

use super::*;
use crate::editor::FieldName;

/// A generator of numbers that a seed repeats (splitmix64).
struct Dice(u64);

impl Dice {
    fn roll(&mut self, below: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) % below.max(1) as u64) as usize
    }
}

const PIECES: [&str; 8] = ["a", "é", "字", "👩‍🚀", "\n", "word ", "- [[a link]]\n", ""];

fn type_something(draft: &mut Draft, dice: &mut Dice) {
    let field = FieldName::ALL[if dice.roll(3) == 0 { dice.roll(6) } else { 1 }];
    let text = draft.fields.get_mut(field);
    let places: Vec<usize> = text.char_indices().map(|(at, _)| at).chain([text.len()]).collect();
    let start = dice.roll(places.len());
    let end = (start + dice.roll(4)).min(places.len() - 1);
    let mut put = PIECES[dice.roll(PIECES.len())].to_owned();
    if dice.roll(60) == 0 {
        put = put.repeat(900);
    }
    text.replace_range(places[start]..places[end], &put);
    draft.selection = Selection { anchor: dice.roll(9), head: 9 };
}

fn step(draft: &mut Draft, dice: &mut Dice) {
    match dice.roll(8) {
        0 => {
            let fields = draft.fields.clone();
            let key = SaveKey(uuid::Uuid::from_u128(dice.roll(1 << 40) as u128));
            draft.sending =
                Some(Sending { key, goal: SaveGoal::Publish, base: draft.base.version, fields, unless: draft.next });
        }
        1 => {
            let fields = draft.sending.take().map(|sending| sending.fields);
            draft.base = Base { version: draft.base.version + 1, fields };
        }
        2 => {
            let key = uuid::Uuid::from_u128(dice.roll(1 << 40) as u128);
            draft.attachments.push(Attachment { key, name: "ß.png".into(), media_type: String::new(), size: 3 });
        }
        3 => draft.attachments.clear(),
        _ => type_something(draft, dice),
    }
}

/// A log as a device holds it, and the draft after each record.
fn written(seed: u64, steps: usize) -> (Vec<(u64, String)>, Vec<Draft>) {
    let mut dice = Dice(seed);
    let (mut journal, mut draft) = (Journal::default(), Draft::default());
    let (mut log, mut states) = (Vec::new(), Vec::new());
    for at in 0..steps {
        step(&mut draft, &mut dice);
        if let Some(record) = journal.record(&draft, at as i64) {
            log.push((record.seq, record.text));
            log.retain(|(seq, _)| *seq >= record.keep_from);
            states.push(draft.clone());
        }
    }
    (log, states)
}

fn came_to(log: &[(u64, String)]) -> Option<Draft> {
    replay(log.iter().map(|(seq, text)| (*seq, text))).map(|replayed| replayed.draft)
}

#[test]
fn a_log_comes_to_what_was_last_written() {
    for seed in 0..40 {
        let (log, states) = written(seed, 120);
        let replayed = replay(log.clone()).expect("a log");
        assert_eq!(Some(&replayed.draft), states.last(), "seed {seed}");
        assert_eq!(replayed.next, states.len() as u64, "seed {seed}");
    }
}

#[test]
fn any_prefix_is_the_state_of_its_last_record() {
    for seed in 100..120 {
        let (log, states) = written(seed, 80);
        for length in 1..=log.len() {
            let expected = &states[log[length - 1].0 as usize];
            assert_eq!(came_to(&log[..length]).as_ref(), Some(expected), "seed {seed}, {length} records");
        }
    }
}

#[test]
fn a_torn_last_record_leaves_the_one_before() {
    for seed in 200..230 {
        let (log, states) = written(seed, 60);
        let mut dice = Dice(seed);
        for length in 2..=log.len() {
            let mut torn = log[..length].to_vec();
            let last = &mut torn[length - 1].1;
            let mut cut = dice.roll(last.len());
            while !last.is_char_boundary(cut) {
                cut -= 1;
            }
            last.truncate(cut);
            let expected = &states[log[length - 2].0 as usize];
            assert_eq!(came_to(&torn).as_ref(), Some(expected), "seed {seed}, {length} records");
        }
    }
}

#[test]
fn with_anything_missing_it_is_a_state_that_was_really_there() {
    for seed in 300..340 {
        let (log, states) = written(seed, 60);
        let mut dice = Dice(seed);
        let mut left: Vec<_> = log.into_iter().filter(|_| dice.roll(6) > 0).collect();
        left.reverse();
        if let Some(draft) = came_to(&left) {
            assert!(states.contains(&draft), "seed {seed}");
        }
    }
}

#[test]
fn a_changed_byte_is_noticed() {
    let (log, states) = written(7, 12);
    for at in 0..log.last().map_or(0, |(_, text)| text.len()) {
        let mut bent = log.clone();
        let mut bytes = bent.pop().expect("a record").1.into_bytes();
        bytes[at] ^= 1;
        let seq = log.len() as u64 - 1;
        bent.push((seq, String::from_utf8_lossy(&bytes).into_owned()));
        let draft = came_to(&bent).expect("the records before");
        assert!(states.contains(&draft), "byte {at}");
    }
}

#[test]
fn a_log_does_not_grow_without_end() {
    let (mut journal, mut draft) = (Journal::default(), Draft::default());
    draft.fields.body = "x".repeat(3_000);
    let mut log: Vec<(u64, usize)> = Vec::new();
    for at in 0..1_500 {
        draft.fields.body.push(if at % 60 == 0 { '\n' } else { 'y' });
        let record = journal.record(&draft, at).expect("a change");
        log.push((record.seq, record.text.len()));
        log.retain(|(seq, _)| *seq >= record.keep_from);
        let bytes: usize = log.iter().map(|(_, bytes)| bytes).sum();
        assert!(bytes < 150_000, "{bytes} bytes after {at}");
    }
}

#[test]
fn after_start_over_the_log_stands_on_its_own() {
    let mut journal = Journal::default();
    let mut draft = Draft::default();
    draft.fields.body = "kept".into();
    let first = journal.record(&draft, 0).expect("a record");
    draft.fields.body = "kept, then lost".into();
    let lost = journal.record(&draft, 1).expect("a record");
    journal.start_over();
    draft.fields.body = "kept, then lost, then kept".into();
    let last = journal.record(&draft, 2).expect("a record");
    assert!(lost.seq < last.seq);
    assert_eq!(came_to(&[(first.seq, first.text), (last.seq, last.text)]), Some(draft));
}
