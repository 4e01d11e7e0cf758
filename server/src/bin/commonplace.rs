//! The embedded home's program.

/// A page is some thousand small allocations, made on one thread and freed on another, and system allocators are slow at that.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> std::process::ExitCode {
    server::cli::main()
}
