//! The embedded home's program.

fn main() -> std::process::ExitCode {
    server::cli::main()
}
