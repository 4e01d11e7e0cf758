//! Signed JSON calls, for services of which we use a few operations: their SDK clients have hundreds, and would take
//! minutes to compile. Connections, tries, time limits and signatures are the SDK's own.

use std::time::SystemTime;

use aws_runtime::retries::classifiers::AwsErrorCodeClassifier;
use aws_sdk_dynamodb::error::{ErrorMetadata, ProvideErrorMetadata, SdkError};
use aws_sigv4::http_request::{SignableBody, SignableRequest, SigningSettings, sign};
use aws_sigv4::sign::v4;
use aws_smithy_async::rt::sleep::TokioSleep;
use aws_smithy_runtime::client::orchestrator::operation::Operation;
use aws_smithy_runtime::client::retries::classifiers::HttpStatusCodeClassifier;
use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse, OrchestratorError};
use aws_smithy_types::body::SdkBody;
use serde_json::Value;

use super::{Aws, RECORDS_ATTEMPT, retries, timeouts};

/// A service that takes JSON by POST.
#[derive(Clone, Copy, Debug)]
pub struct Service {
    /// The first part of its host's name.
    pub host: &'static str,
    /// Its name in signatures.
    pub name: &'static str,
    /// What stands before an operation's name in `X-Amz-Target`; REST services have none.
    pub target: Option<&'static str>,
}

/// What a service answered instead.
#[derive(Debug, thiserror::Error)]
#[error("{status} {meta}")]
pub struct Refused {
    status: u16,
    meta: ErrorMetadata,
}

impl ProvideErrorMetadata for Refused {
    fn meta(&self) -> &ErrorMetadata {
        &self.meta
    }
}

/// Why a call came to nothing.
pub type CallError = SdkError<Refused, HttpResponse>;

impl Aws {
    /// Calls an operation at a path; answers the JSON that comes back.
    pub async fn call(
        &self,
        service: Service,
        operation: &'static str,
        path: &'static str,
        body: &Value,
    ) -> Result<Value, CallError> {
        let region = &self.access.region;
        let origin = format!("https://{}.{region}.amazonaws.com", service.host);
        let origin = self.access.endpoint.clone().unwrap_or(origin);
        let (aws, body, url) = (self.clone(), body.to_string(), format!("{}{path}", origin.trim_end_matches('/')));
        let call = Operation::builder()
            .service_name(service.name)
            .operation_name(operation)
            .http_client(self.http.clone())
            .endpoint_url(&origin)
            .no_auth()
            .sleep_impl(TokioSleep::new())
            .standard_retry(&retries())
            .retry_classifier(HttpStatusCodeClassifier::default())
            .retry_classifier(AwsErrorCodeClassifier::<Refused>::new())
            .timeout_config(timeouts(RECORDS_ATTEMPT))
            .serializer(move |(): ()| aws.signed(service, operation, &url, &body))
            .deserializer(read)
            .build();
        call.invoke(()).await
    }

    fn signed(&self, service: Service, operation: &str, url: &str, body: &str) -> Result<HttpRequest, BoxError> {
        let request = http::Request::post(url);
        let request = match service.target {
            None => request.header("content-type", "application/json"),
            Some(target) => request
                .header("content-type", "application/x-amz-json-1.1")
                .header("x-amz-target", format!("{target}.{operation}")),
        };
        let mut request = request.body(SdkBody::from(body))?;
        let identity = self.credentials().into();
        let params = v4::SigningParams::builder()
            .identity(&identity)
            .region(&self.access.region)
            .name(service.name)
            .time(SystemTime::now())
            .settings(SigningSettings::default())
            .build()?
            .into();
        let headers = request.headers().iter().map(|(name, value)| (name.as_str(), value.to_str().unwrap_or_default()));
        let signable = SignableRequest::new("POST", url, headers, SignableBody::Bytes(body.as_bytes()))?;
        let (instructions, _) = sign(signable, &params)?.into_parts();
        instructions.apply_to_request_http1x(&mut request);
        Ok(request.try_into()?)
    }
}

fn read(response: &HttpResponse) -> Result<Value, OrchestratorError<Refused>> {
    let bytes = response.body().bytes().unwrap_or_default();
    let body: Value = match bytes {
        b"" => Value::Null,
        bytes => serde_json::from_slice(bytes).unwrap_or_default(),
    };
    let status = response.status().as_u16();
    if (200..300).contains(&status) {
        return Ok(body);
    }
    // `com.amazon.coral#Name:http://…`, in a header or in the body.
    let named = response.headers().get("x-amzn-errortype").or_else(|| body.get("__type").and_then(Value::as_str));
    let name = named.and_then(|name| name.split(':').next()?.rsplit('#').next()).unwrap_or("Unknown");
    let said = body.get("message").or_else(|| body.get("Message")).and_then(Value::as_str).unwrap_or_default();
    let meta = ErrorMetadata::builder().code(name).message(said).build();
    Err(OrchestratorError::operation(Refused { status, meta }))
}
