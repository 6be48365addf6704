struct Pool {
    resource: ResourceOf<Self>,
    size: usize,
}
#[automatically_derived]
#[allow(deprecated)]
impl ::async_hooks::Resource for Pool {
    #[inline]
    fn async_resource(&self) -> &::async_hooks::AsyncResource {
        <ResourceOf<
            Self,
        > as ::async_hooks::__private::ResourceField>::resource(&self.resource)
    }
}
#[automatically_derived]
#[allow(deprecated)]
impl ::async_hooks::__private::MakeResource for Pool {
    #[inline]
    #[track_caller]
    fn make_resource(
        trigger: ::async_hooks::__private::core::option::Option<::async_hooks::AsyncId>,
    ) -> ::async_hooks::AsyncResource {
        ::async_hooks::__private::make_resource("POOL", trigger, false, || ())
    }
}
impl Pool {
    fn new(size: usize) -> Self {
        Self {
            resource: ResourceOf::new(),
            size,
        }
    }
}
