//! What follows from what was written, as a Lambda function: outbox, search index, trash.

use server::functions::worker;
use server::wire;

#[tokio::main]
async fn main() -> Result<(), lambda_http::Error> {
    let (config, _, (site, handle)) = wire::function()?;
    worker::serve(site, handle, config.url).await
}
