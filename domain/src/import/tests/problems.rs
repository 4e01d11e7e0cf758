//! What is wrong in a vault is said, with what became of it, and stops nothing else.

use super::*;

#[tokio::test]
async fn what_is_no_note_is_named_and_left_out() {
    let site = Home::new().site();
    let vault = Shelf::of(&[("Good.md", "good"), ("Big.md", &"x".repeat(256 * 1024 + 1))]);
    vault.put("Edge.md", &vec![b'x'; 256 * 1024]);
    vault.put("Latin.md", b"one\ntwo caf\xE9\n");
    vault.put("Wide.md", b"\xFF\xFEh\0i\0");
    vault.put("Movie.mp4", &vec![0; shared::limits::FILE_BYTES + 1]);
    let report = import(&site, &vault).await;
    assert_eq!((report.notes.new, report.notes.refused, report.notes.found), (2, 3, 5), "{report}");
    assert_eq!((report.files.refused, report.files.found), (1, 1));
    let latin = report.problems.iter().find(|p| p.path == "Latin.md").unwrap();
    assert_eq!(latin.line, Some(2));
    assert!(reasons(&report, "Big.md")[0].contains("257 KiB"), "{report}");
    assert!(reasons(&report, "Wide.md")[0].contains("UTF-16"));
    assert!(report.problems.iter().all(|p| p.outcome.contains("not imported")));
}

#[tokio::test]
async fn bytes_are_kept_as_they_are() {
    let home = Home::new();
    let site = home.site();
    let texts = [("A", "\u{FEFF}bom"), ("B", "a\r\nb\r\n"), ("C", "nul \0 and \u{7} bell"), ("D", ""), ("E", "  \n")];
    let vault = Shelf::default();
    texts.iter().for_each(|(name, text)| vault.put(&format!("{name}.md"), text.as_bytes()));
    let report = import(&site, &vault).await;
    home.records.settle();
    for (name, text) in texts {
        assert_eq!(note(&site, name).await.body, text);
    }
    let empty: Vec<_> = report.problems.iter().map(|p| p.path.as_str()).collect();
    assert_eq!(empty, ["D.md", "E.md"], "{report}");
    assert_eq!(import(&site, &vault).await.notes.unchanged, 5);
}

#[tokio::test]
async fn broken_front_matter_is_text_and_never_publishes_by_mistake() {
    let home = Home::new();
    let site = home.site();
    let vault = Shelf::of(&[
        ("A.md", "---\ntitle: [unclosed\n---\nbody"),
        ("B.md", "---\ntitle: [unclosed\npublish: false\n---\nbody"),
    ]);
    let report = import(&site, &vault).await;
    home.records.settle();
    assert_eq!(report.notes.new, 2);
    assert_eq!(report.problems.len(), 2);
    assert!(report.problems.iter().all(|p| p.line.is_some() && !p.reason.contains(" column ")), "{report}");
    assert!(is_public(&site, "a").await);
    assert!(!is_public(&site, "b").await);
    assert_eq!(report.withheld, ["B.md"]);
}

#[tokio::test]
async fn clashing_and_odd_names_all_find_an_address() {
    let home = Home::new();
    let site = home.site();
    let vault = Shelf::of(&[
        ("Tips.md", "1"),
        ("Plugins/Tips.md", "2"),
        ("plugins/tips.md", "3"),
        ("🎉.md", "4"),
        ("new.md", "5"),
        ("Long.md", &format!("---\ntitle: {}\n---\n6", "long ".repeat(100))),
    ]);
    let report = import(&site, &vault).await;
    home.records.settle();
    assert_eq!(report.notes.new, 6, "{report}");
    assert!(is_public(&site, "tips").await && is_public(&site, "plugins/tips").await);
    assert_eq!(reasons(&report, "Tips.md").len(), 1, "{report}");
    assert_eq!(reasons(&report, "plugins/tips.md").len(), 2, "in case, and in address: {report}");
    assert!(reasons(&report, "new.md")[0].contains("kept for the site"), "{report}");
    assert!(reasons(&report, "🎉.md")[0].contains("no letter or digit"));
    assert!(reasons(&report, "Long.md")[0].contains("longer than 300"));
    assert_eq!(import(&site, &vault).await.notes.unchanged, 6);
}

#[tokio::test]
async fn posts_of_one_file_name_all_find_an_address() {
    let home = Home::new();
    let site = home.site();
    let vault = Shelf::of(&[
        ("_posts/2023-01-01-news.md", "one"),
        ("_posts/2024-01-01-news.md", "two"),
        ("content/a/index.md", "three"),
        ("content/b/a.md", "four"),
    ]);
    let report = run(&site, &OWNER, &vault, MARKDOWN, &Quiet).await.unwrap();
    assert_eq!((report.notes.new, report.problems.len()), (4, 2), "{report}");
    assert!(is_public(&site, "news").await && is_public(&site, "a").await);
    assert_eq!(run(&site, &OWNER, &vault, MARKDOWN, &Quiet).await.unwrap().notes.unchanged, 4);
}

#[tokio::test]
async fn a_photo_that_cannot_be_cleaned_is_kept_for_the_owner_and_named() {
    let site = Home::new().site();
    let vault = Shelf::default();
    vault.put("broken.jpg", b"\xFF\xD8\xFFbroken");
    let report = import(&site, &vault).await;
    assert_eq!(report.files.new, 1);
    assert!(report.problems[0].outcome.contains("nobody but you"), "{report}");
    let dry =
        run(&Home::new().site(), &OWNER, &vault, Options { mode: Mode::DryRun, ..OBSIDIAN }, &Quiet).await.unwrap();
    assert_eq!(dry.problems, report.problems);
}

#[tokio::test]
async fn ten_thousand_links_are_read_and_the_limit_is_said() {
    let site = Home::new().site();
    let links: String = (0..10_000).map(|n| format!("[[N{n}]] ")).collect();
    let report = import(&site, &Shelf::of(&[("Many.md", &links)])).await;
    assert!(
        reasons(&report, "Many.md").iter().any(|reason| reason.contains("10000 different")),
        "{:?}",
        report.problems
    );
    assert!(report.to_string().lines().count() < 300, "a terminal is spared the rest");
}

#[tokio::test]
async fn an_unreadable_vault_is_said_before_anything_is_done() {
    struct Gone;
    impl Vault for Gone {
        fn list(&self) -> io::Result<Listing> {
            Err(io::Error::other("it is gone"))
        }

        fn read(&self, _path: &str) -> io::Result<Vec<u8>> {
            unreachable!("nothing is listed")
        }
    }
    let refused = run(&Home::new().site(), &OWNER, &Gone, OBSIDIAN, &Quiet).await.unwrap_err();
    assert_eq!(refused.field(), Some("path"));
}

#[tokio::test]
async fn paths_that_other_systems_cannot_tell_apart_are_named_with_what_they_differ_in() {
    let home = Home::default();
    let vault =
        Shelf::of(&[("Tea.md", "One."), ("tea.md", "Two."), ("caf\u{e9}.md", "Three."), ("cafe\u{301}.md", "Four.")]);
    let report = import(&home.site(), &vault).await;
    assert_eq!(report.notes.new, 4);
    let reasons: Vec<_> = report.problems.iter().map(|problem| problem.reason.as_str()).collect();
    for what in ["“Tea.md” in upper and lower case only.", "“cafe\u{301}.md” in how its accents are encoded only."]
    {
        assert!(reasons.iter().any(|reason| reason.ends_with(what)), "{what}: {reasons:?}");
    }
}
