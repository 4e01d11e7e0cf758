//! Renders Markdown from standard input, or times rendering: `markdown --time FILE…` prints megabytes per second.
#![allow(clippy::disallowed_methods, reason = "it times itself")]
use std::io::Read as _;
use std::time::Instant;

use shared::markdown::{Audience, Destination, EmbeddedNote, Plain, Reference, Resolve, finish, render};

struct Nothing;

impl Resolve for Nothing {
    fn resolve(&self, _index: usize, reference: &Reference) -> Destination {
        Destination::Note { href: format!("/notes/{}", reference.target.path), title: reference.target.path.clone() }
    }

    fn embed(&self, _index: usize, _reference: &Reference) -> Option<EmbeddedNote<'_>> {
        None
    }

    fn audience(&self) -> Audience {
        Audience::Owner
    }
}

fn main() -> std::io::Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let Some(("--time", files)) = arguments.split_first().map(|(first, files)| (first.as_str(), files)) else {
        let mut source = String::new();
        std::io::stdin().read_to_string(&mut source)?;
        let rendered = render(&source, &Plain);
        println!("{}", finish(&rendered, &Nothing));
        eprintln!(
            "{} words, tags {:?}, blocks {:?}, excerpt {:?}",
            rendered.words, rendered.tags, rendered.blocks, rendered.excerpt
        );
        for reference in &rendered.references {
            eprintln!("{:?} {:?}", source.get(reference.range.clone()), reference);
        }
        return Ok(());
    };
    let sources = files.iter().map(std::fs::read_to_string).collect::<Result<Vec<_>, _>>()?;
    let bytes: usize = sources.iter().map(String::len).sum();
    let mut times = Vec::new();
    for _ in 0..10 {
        let started = Instant::now();
        let written: usize = sources.iter().map(|source| finish(&render(source, &Plain), &Nothing).len()).sum();
        times.push(started.elapsed());
        assert!(written > 0 || bytes == 0);
    }
    times.sort();
    let seconds = times[times.len() / 2].as_secs_f64();
    println!(
        "{} files, {bytes} bytes in {:.2} ms: {:.1} MB/s",
        files.len(),
        seconds * 1e3,
        bytes as f64 / seconds / 1e6
    );
    Ok(())
}
