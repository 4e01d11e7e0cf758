//! One note page: from the cache, rendered anew, and as nginx serves the same bytes; what it weighs; start and memory.

use crate::bench::client::{Answer, Client};
use crate::bench::home::Home;
use crate::bench::peers::{Load, Nginx, wrk};
use crate::bench::{home, kilobytes, megabytes, percentile, vault};
use crate::shell::{Result, Workspace};
use crate::site;
use std::fs;
use std::path::Path;
use std::time::Duration;

/// Switches the page cache off, so that each request renders.
pub const ANEW: (&str, &str) = ("COMMONPLACE_PAGE_CACHE", "off");

/// The size of Markdown that the peers in the table of aims were measured with.
const USUAL_BYTES: usize = 8_192;

pub fn report(workspace: &Workspace, folder: &Path, seconds: u32) -> Result {
    let data = folder.join("pages");
    home::import(workspace, &vault(workspace), &data)?;
    starts(workspace, &data)?;
    let served = Home::serve(workspace, &data, &[])?;
    let path = usual_note(&mut served.client()?)?;
    weight(workspace, &served, &path)?;
    let plain = served.client()?.page(&path, "identity")?;
    let gzipped = served.client()?.page(&path, "gzip")?;
    drop(served);

    println!("### Load: `wrk -t1 -c32 -d{seconds}s`, gzip accepted, `{path}`\n");
    println!("| what | requests/s | ÷ nginx | p50 | p99 | failed |\n| --- | ---: | ---: | ---: | ---: | ---: |");
    let nginx = Nginx::serve(workspace, &folder.join("nginx"), &plain, &gzipped)?;
    let first = wrk(workspace, &nginx.url, seconds)?;
    drop(nginx);
    let (cached, memory) = measure(workspace, &data, &path, seconds, &[])?;
    let (anew, _) = measure(workspace, &data, &path, seconds, &[ANEW])?;
    let nginx = Nginx::serve(workspace, &folder.join("nginx"), &plain, &gzipped)?;
    let last = wrk(workspace, &nginx.url, seconds)?;
    drop(nginx);
    let limit = f64::midpoint(first.per_second, last.per_second);
    row("nginx, first", first, limit);
    row("from the page cache", cached, limit);
    row("rendered anew", anew, limit);
    row("nginx, last", last, limit);
    println!("\n### Memory (PSS)\n\n{memory}");
    Ok(())
}

fn row(what: &str, load: Load, limit: f64) {
    let (rate, p50, p99) = (load.per_second, load.p50_ms, load.p99_ms);
    println!("| {what} | {rate:.0} | {:.2} | {p50:.2} ms | {p99:.2} ms | {} |", rate / limit, load.failures);
}

/// One run of load on a server of its own, and what its memory was before and after.
fn measure(
    workspace: &Workspace,
    data: &Path,
    path: &str,
    seconds: u32,
    with: &[(&str, &str)],
) -> Result<(Load, String)> {
    let served = Home::serve(workspace, data, with)?;
    std::thread::sleep(Duration::from_secs(2));
    let idle = served.memory();
    served.client()?.page(path, "gzip")?;
    let load = wrk(workspace, &served.url(path), seconds)?;
    every_page(&served)?;
    let memory = match (idle, served.memory()) {
        (Some(idle), Some(after)) => {
            format!("idle {idle:.1} MB, after that load and a visit to every page {after:.1} MB\n")
        }
        _ => "not told by this system\n".to_owned(),
    };
    Ok((load, memory))
}

fn every_page(served: &Home) -> Result {
    let mut client = served.client()?;
    for path in addresses(&mut client)? {
        client.page(&path, "br")?;
    }
    Ok(())
}

/// Start of the process to its first 200, of ten starts.
fn starts(workspace: &Workspace, data: &Path) -> Result {
    let mut starts = Vec::new();
    for _ in 0..10 {
        starts.push(Home::serve(workspace, data, &[])?.start);
    }
    let (middle, worst) = (percentile(&mut starts, 0.5), percentile(&mut starts, 1.0));
    println!("### Start → first 200\n\nmedian {middle:.0} ms, worst of ten {worst:.0} ms\n");
    Ok(())
}

/// Every address in the site map, without scheme and host.
fn addresses(client: &mut Client) -> Result<Vec<String>> {
    let map = client.page("/sitemap.xml", "identity")?.text();
    let places = map.split("<loc>").skip(1).filter_map(|rest| rest.split("</loc>").next());
    Ok(places.filter_map(|place| Some(format!("/{}", place.splitn(4, '/').nth(3)?))).collect())
}

/// The note whose Markdown is nearest to the usual size.
fn usual_note(client: &mut Client) -> Result<String> {
    let mut best: Option<(usize, String)> = None;
    for path in addresses(client)?.into_iter().filter(|path| path.starts_with("/notes/")) {
        let bytes = client.page(&format!("{path}.md"), "identity")?.body.len();
        let distance = bytes.abs_diff(USUAL_BYTES);
        if best.as_ref().is_none_or(|(nearest, _)| distance < *nearest) {
            best = Some((distance, path));
        }
    }
    best.map(|(_, path)| path).ok_or_else(|| "the site map names no note".to_owned())
}

/// What a visitor downloads for a note without its pictures, and what the binary weighs.
fn weight(workspace: &Workspace, served: &Home, path: &str) -> Result {
    let mut client = served.client()?;
    let page = client.page(path, "br")?;
    let whole = client.page(path, "identity")?.text();
    println!("### Bytes to a visitor (brotli), `{path}`\n\n| what | kB |\n| --- | ---: |");
    println!("| the page | {:.1} |", kilobytes(page.body.len()));
    let mut total = page.body.len();
    for address in assets(&whole) {
        let asset: Answer = client.page(&address, "br")?;
        println!("| `{address}` | {:.1} |", kilobytes(asset.body.len()));
        total += asset.body.len();
    }
    println!("| together | {:.1} |\n", kilobytes(total));
    let binary = fs::metadata(site::binary(workspace)).map_or(0, |about| about.len());
    println!("### Binary\n\n{:.1} MB\n", megabytes(binary));
    Ok(())
}

/// Style sheets and scripts that a page names.
fn assets(page: &str) -> Vec<String> {
    let mut found = Vec::new();
    for tag in page.split('<').filter(|tag| tag.starts_with("link ") || tag.starts_with("script ")) {
        let tag = tag.split('>').next().unwrap_or(tag);
        let wanted =
            tag.starts_with("script ") || tag.contains("stylesheet") || tag.contains("icon") || tag.contains("preload");
        let address = ["href=\"", "src=\""].iter().find_map(|mark| tag.split(mark).nth(1)?.split('"').next());
        if let Some(address) = address.filter(|address| wanted && address.starts_with('/'))
            && !found.iter().any(|known| known == address)
        {
            found.push(address.to_owned());
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_names_its_style_and_scripts_once() {
        let page = r#"<link rel="canonical" href="/notes/a"><link rel="stylesheet" href="/pkg/a.css"><script src="/pkg/v.js" defer></script>
            <link rel="preload" href="/pkg/a.css"><link rel="alternate" href="/feed.atom">"#;
        assert_eq!(assets(page), ["/pkg/a.css", "/pkg/v.js"]);
    }
}
