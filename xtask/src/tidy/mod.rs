//! `cargo xtask tidy`: the rules of ARCHITECTURE.md that a program can check. A rule is a function
//! from the tracked files to what is wrong in them; each has a test with a bad example.

mod cfg;
mod css;
mod docs;
mod files;
mod imports;
mod outside;
mod text;

use crate::shell::{Result, Workspace};
use crate::tally::Tally;
use files::Tree;

/// One thing that is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Finding {
    path: String,
    line: usize,
    why: String,
}

/// A named rule.
struct Rule {
    name: &'static str,
    check: fn(&Tree) -> Vec<Finding>,
}

const RULES: &[Rule] = &[
    Rule { name: "crates depend downwards only", check: imports::manifests },
    Rule { name: "imports point downwards only", check: imports::paths },
    Rule { name: "no feature of the app imports another", check: imports::features },
    Rule { name: "conditional compilation keeps its budget", check: cfg::budget },
    Rule { name: "only the configuration reads the environment", check: outside::environment },
    Rule { name: "only adapters read the clock", check: outside::clock },
    Rule { name: "nouns do no input or output", check: outside::input_output },
    Rule { name: "files are short", check: text::length },
    Rule { name: "every module says what it is", check: text::module_line },
    Rule { name: "nothing is left to do", check: text::left_over },
    Rule { name: "no test is switched off", check: text::switched_off },
    Rule { name: "nothing of one machine", check: text::one_machine },
    Rule { name: "packages come from where the reader's tools look", check: text::registries },
    Rule { name: "pages load nothing from elsewhere", check: css::elsewhere },
    Rule { name: "a class is styled in one file", check: css::one_home },
    Rule { name: "every setting is documented", check: docs::settings },
    Rule { name: "every invariant names its test", check: docs::invariants },
];

/// Checks every rule and prints what is wrong.
pub fn report(workspace: &Workspace) -> Result<Tally> {
    let tree = Tree::read(&workspace.root)?;
    let mut tally = Tally::default();
    for rule in RULES {
        let findings = (rule.check)(&tree);
        for finding in &findings {
            println!("{}:{}: {} ({})", finding.path, finding.line, finding.why, rule.name);
        }
        tally += Tally::one(findings.is_empty());
    }
    Ok(tally)
}
