//! The halves of a stream, the same for each kind of stream.

/// The borrowed and the owned halves of `$stream`, which is `$inner` of tokio's.
macro_rules! halves {
    ($stream:ident, $($inner:ident)::+, $($halves:ident)::+) => {
        use std::{error::Error, fmt, sync::Arc};

        use ah_core::{AsyncResource, Resource};

        use crate::observed::{
            announce::Ongoing,
            handle::{gives_back, reads, stands_for, try_reads, writes},
        };

        /// The reading half of a borrowed stream: reads enter the scope of the stream.
        pub struct ReadHalf<'a> {
            inner: $($halves)::+::ReadHalf<'a>,
            resource: &'a AsyncResource,
        }

        /// The writing half of a borrowed stream, which triggers its requests.
        pub struct WriteHalf<'a> {
            inner: $($halves)::+::WriteHalf<'a>,
            resource: &'a AsyncResource,
            request: Ongoing,
        }

        /// The reading half of a stream: reads enter the scope of the stream, which lives as long as one of its halves.
        pub struct OwnedReadHalf {
            inner: $($halves)::+::OwnedReadHalf,
            resource: Arc<AsyncResource>,
        }

        /// The writing half of a stream, which triggers its requests. The stream lives as long as one of its halves.
        ///
        /// Dropping it shuts the writing side down, as with tokio: that is not announced.
        pub struct OwnedWriteHalf {
            inner: $($halves)::+::OwnedWriteHalf,
            resource: Arc<AsyncResource>,
            request: Ongoing,
        }

        pub(super) fn split(stream: &mut $stream) -> (ReadHalf<'_>, WriteHalf<'_>) {
            let resource = &stream.resource;
            let (reads, writes) = stream.inner.split();
            let writes = WriteHalf {
                inner: writes,
                resource,
                request: Ongoing::default(),
            };
            (ReadHalf { inner: reads, resource }, writes)
        }

        pub(super) fn split_owned(stream: $stream) -> (OwnedReadHalf, OwnedWriteHalf) {
            let resource = Arc::new(stream.resource);
            let (reads, writes) = stream.inner.into_split();
            let reads = OwnedReadHalf {
                inner: reads,
                resource: Arc::clone(&resource),
            };
            let writes = OwnedWriteHalf {
                inner: writes,
                resource,
                request: stream.request,
            };
            (reads, writes)
        }

        fn reunite(
            reads: OwnedReadHalf,
            writes: OwnedWriteHalf,
        ) -> Result<$stream, ReuniteError> {
            if !Arc::ptr_eq(&reads.resource, &writes.resource) {
                return Err(ReuniteError(reads, writes));
            }
            match reads.inner.reunite(writes.inner) {
                Ok(inner) => {
                    drop(reads.resource);
                    let resource = Arc::into_inner(writes.resource);
                    let resource = resource.expect("only the halves have it");
                    let request = writes.request;
                    Ok($stream { inner, resource, request })
                }
                Err(error) => Err(ReuniteError(
                    OwnedReadHalf { inner: error.0, ..reads },
                    OwnedWriteHalf { inner: error.1, ..writes },
                )),
            }
        }

        impl OwnedReadHalf {
            /// Reunites the halves of a stream.
            ///
            /// # Errors
            ///
            /// If they are not of one stream.
            pub fn reunite(self, other: OwnedWriteHalf) -> Result<$stream, ReuniteError> {
                reunite(self, other)
            }
        }

        impl OwnedWriteHalf {
            /// Reunites the halves of a stream.
            ///
            /// # Errors
            ///
            /// If they are not of one stream.
            pub fn reunite(self, other: OwnedReadHalf) -> Result<$stream, ReuniteError> {
                reunite(other, self)
            }

            /// Drops this half without shutting the writing side down, as tokio's.
            pub fn forget(self) {
                self.inner.forget();
            }
        }

        /// Two halves that are not of one stream.
        #[derive(Debug)]
        pub struct ReuniteError(pub OwnedReadHalf, pub OwnedWriteHalf);

        impl fmt::Display for ReuniteError {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("tried to reunite halves that are not from the same socket")
            }
        }

        impl Error for ReuniteError {}

        $crate::observed::net::split::half!(ReadHalf<'_>, $($inner)::+);
        $crate::observed::net::split::half!(WriteHalf<'_>, $($inner)::+);
        $crate::observed::net::split::half!(OwnedReadHalf, $($inner)::+);
        $crate::observed::net::split::half!(OwnedWriteHalf, $($inner)::+);

        stands_for!(ReadHalf<'a>, $($halves)::+::ReadHalf<'a>, 'a);
        stands_for!(WriteHalf<'a>, $($halves)::+::WriteHalf<'a>, 'a);
        stands_for!(OwnedReadHalf, $($halves)::+::OwnedReadHalf);
        stands_for!(OwnedWriteHalf, $($halves)::+::OwnedWriteHalf);

        gives_back!(ReadHalf<'a>, $($halves)::+::ReadHalf<'a>, 'a);
        gives_back!(WriteHalf<'a>, $($halves)::+::WriteHalf<'a>, 'a);
        gives_back!(OwnedReadHalf, $($halves)::+::OwnedReadHalf);
        gives_back!(OwnedWriteHalf, $($halves)::+::OwnedWriteHalf);

        reads!(ReadHalf<'_>, OwnedReadHalf);
        try_reads!(ReadHalf<'_>, OwnedReadHalf);
        writes!(WriteHalf<'_>, OwnedWriteHalf);
    };
}

/// What each half has of its stream.
macro_rules! half {
    ($name:ty, $inner:ty) => {
        impl Resource for $name {
            fn async_resource(&self) -> &AsyncResource {
                &self.resource
            }
        }

        /// tokio's stream. What is done with it is not announced.
        impl AsRef<$inner> for $name {
            fn as_ref(&self) -> &$inner {
                self.inner.as_ref()
            }
        }
    };
}

pub(crate) use {half, halves};
