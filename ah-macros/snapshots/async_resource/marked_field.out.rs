struct Pool {
    resource: ResourceOf<Self>,
    size: usize,
}
#[automatically_derived]
#[allow(deprecated)]
impl ::ah::Resource for Pool {
    #[inline]
    fn async_resource(&self) -> &::ah::AsyncResource {
        <ResourceOf<Self> as ::ah::__private::ResourceField>::resource(&self.resource)
    }
}
#[automatically_derived]
#[allow(deprecated)]
impl ::ah::__private::MakeResource for Pool {
    #[inline]
    #[track_caller]
    fn make_resource(
        trigger: ::ah::__private::core::option::Option<::ah::AsyncId>,
    ) -> ::ah::AsyncResource {
        ::ah::__private::make_resource("POOL", trigger, false, || ())
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
