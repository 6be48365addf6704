use std::{fmt, sync::Arc};

use http::{HeaderName, Request, Uri};
use tower_layer::Layer;

use super::{ClientService, inject::inject_with};
use crate::request_id;

/// Sends the current request id, trace and baggage with each call of a client, as [`inject`](crate::inject) does.
///
/// Baggage may be nobody else's business: [`only_to`](Self::only_to) limits where anything is sent. Put the layer below
/// one that follows redirects, so that each destination is looked at; a client that follows them itself sends the
/// headers along.
///
/// # Examples
///
/// ```
/// use ah_tower::ClientLayer;
///
/// let layer = ClientLayer::new().only_to(|uri| uri.host() == Some("ledger.internal"));
/// ```
#[derive(Clone)]
pub struct ClientLayer {
    id_header: HeaderName,
    only_to: Option<Arc<OnlyTo>>,
}

type OnlyTo = dyn Fn(&Uri) -> bool + Send + Sync;

impl ClientLayer {
    /// Creates a layer that sends to everyone.
    #[must_use]
    pub fn new() -> Self {
        Self {
            id_header: HeaderName::from_static(request_id::HEADER),
            only_to: None,
        }
    }

    /// Sends nothing where `allowed` returns `false` for the URI of the call. What the caller has set stays.
    ///
    /// It sees the URI as it is at this layer. That of a tonic channel has no host there, unless the client was created
    /// with an origin: such a client is for one destination, and needs no check.
    #[must_use]
    pub fn only_to(mut self, allowed: impl Fn(&Uri) -> bool + Send + Sync + 'static) -> Self {
        self.only_to = Some(Arc::new(allowed));
        self
    }

    /// Sets the header that has the id of a request: `x-request-id` by default.
    #[must_use]
    pub fn request_id_header(mut self, header: HeaderName) -> Self {
        self.id_header = header;
        self
    }

    pub(super) fn send<B>(&self, request: &mut Request<B>) {
        let only_to = self.only_to.as_ref();
        if only_to.is_none_or(|allowed| allowed(request.uri())) {
            inject_with(&self.id_header, request.headers_mut());
        }
    }
}

impl Default for ClientLayer {
    fn default() -> Self {
        Self::new()
    }
}

impl<S> Layer<S> for ClientLayer {
    type Service = ClientService<S>;

    fn layer(&self, inner: S) -> ClientService<S> {
        ClientService::new(inner, self.clone())
    }
}

impl fmt::Debug for ClientLayer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClientLayer").finish_non_exhaustive()
    }
}
