//! The site as a Lambda function behind API Gateway.

use server::functions::gateway;
use server::{router, wire};

#[tokio::main]
async fn main() -> Result<(), lambda_http::Error> {
    let (config, home, (site, _)) = wire::function()?;
    gateway::serve(router(site, wire::options(&config, None)), home.origin_secret).await
}
