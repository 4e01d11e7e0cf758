//! The WebAssembly that stands apart from the desk's, which `cargo leptos` makes: all data of one module comes with any of its
//! parts, so what is loaded alone is built alone.

use crate::setup;
use crate::shell::{self, Result, Workspace};
use std::fs;

struct Module {
    /// Its name in the site's folder, with `.js` and `.wasm`.
    name: &'static str,
    /// What cargo is told to build, and the file that comes of it.
    cargo: &'static [&'static str],
    built: &'static str,
}

const MODULES: [Module; 2] = [
    Module { name: "renderer", cargo: &["--package=renderer"], built: "renderer.wasm" },
    Module {
        name: "search",
        cargo: &["--package=suggest", "--bin=search", "--features=hydrate"],
        built: "search.wasm",
    },
];

/// What Rust's compiler takes for granted of a browser.
const FEATURES: [&str; 6] =
    ["bulk-memory", "multivalue", "mutable-globals", "nontrapping-float-to-int", "reference-types", "sign-ext"];

/// Builds each into the site's folder, from where the server's build embeds it.
pub fn build(workspace: &Workspace) -> Result {
    MODULES.iter().try_for_each(|module| make(workspace, module))
}

fn make(workspace: &Workspace, module: &Module) -> Result {
    let mut compile = workspace.cargo(&["build", "--locked", "--profile=wasm-release"]);
    compile.arg(format!("--target={}", setup::WASM)).args(module.cargo);
    shell::run(compile)?;
    let compiled = workspace.target.join(setup::WASM).join("wasm-release").join(module.built);
    let bound = workspace.target.join("wasm").join(module.name);
    let mut bind = workspace.command("wasm-bindgen", &["--target=web", "--no-typescript", "--out-name=bound"]);
    bind.arg("--out-dir").arg(&bound).arg(compiled);
    shell::run(bind)?;
    let site = workspace.root.join("target/site");
    let mut shrink = workspace.command("wasm-opt", &["-Oz"]);
    shrink.args(FEATURES.map(|feature| format!("--enable-{feature}")));
    shrink.arg(bound.join("bound_bg.wasm")).arg("-o").arg(site.join(module.name).with_extension("wasm"));
    shell::run(shrink)?;
    let script = bound.join("bound.js");
    fs::copy(&script, site.join(module.name).with_extension("js"))
        .map_err(|error| format!("{}: {error}", script.display()))?;
    Ok(())
}
