pub struct Row(
    pub u8,
    pub(crate) String,
    #[doc(hidden)]
    #[allow(unreachable_pub, reason = "seen by whoever sees all other fields")]
    pub(crate) ::async_hooks::__private::ResourceOf<Self>,
);
#[automatically_derived]
#[allow(deprecated)]
impl ::async_hooks::Resource for Row {
    #[inline]
    fn async_resource(&self) -> &::async_hooks::AsyncResource {
        let Self(.., resource) = self;
        ::async_hooks::__private::ResourceField::resource(resource)
    }
}
#[automatically_derived]
#[allow(deprecated)]
impl ::async_hooks::__private::MakeResource for Row {
    #[inline]
    #[track_caller]
    fn make_resource(
        trigger: ::async_hooks::__private::core::option::Option<::async_hooks::AsyncId>,
    ) -> ::async_hooks::AsyncResource {
        ::async_hooks::__private::make_resource("ROW", trigger, true, || ())
    }
}
#[doc(hidden)]
#[automatically_derived]
#[allow(deprecated, unreachable_pub, reason = "as the fields are")]
impl Row {
    #[inline]
    pub(crate) fn __ah_value() -> fn(u8, String) -> Self {
        |field0, field1| Self(
            field0,
            field1,
            ::async_hooks::__private::ResourceOf::new(),
        )
    }
    #[inline]
    pub(crate) fn __ah_value_triggered_by(
        trigger: ::async_hooks::AsyncId,
    ) -> impl Fn(u8, String) -> Self + ::async_hooks::__private::core::marker::Copy {
        let _ = trigger;
        move |field0, field1| Self(
            field0,
            field1,
            ::async_hooks::__private::ResourceOf::triggered_by(trigger),
        )
    }
}
