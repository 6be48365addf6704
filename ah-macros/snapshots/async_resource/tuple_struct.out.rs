pub struct Row(
    pub u8,
    pub(crate) String,
    #[doc(hidden)]
    #[allow(unreachable_pub, reason = "seen by whoever sees all other fields")]
    pub(crate) ::ah::__private::ResourceOf<Self>,
);
#[automatically_derived]
#[allow(deprecated)]
impl ::ah::Resource for Row {
    #[inline]
    fn async_resource(&self) -> &::ah::AsyncResource {
        let Self(.., resource) = self;
        ::ah::__private::ResourceField::resource(resource)
    }
}
#[automatically_derived]
#[allow(deprecated)]
impl ::ah::__private::MakeResource for Row {
    #[inline]
    #[track_caller]
    fn make_resource(
        trigger: ::ah::__private::core::option::Option<::ah::AsyncId>,
    ) -> ::ah::AsyncResource {
        ::ah::__private::make_resource("ROW", trigger, true, || ())
    }
}
#[doc(hidden)]
#[automatically_derived]
#[allow(deprecated, unreachable_pub, reason = "as the fields are")]
impl Row {
    #[inline]
    pub(crate) fn __ah_value() -> fn(u8, String) -> Self {
        |field0, field1| Self(field0, field1, ::ah::__private::ResourceOf::new())
    }
    #[inline]
    pub(crate) fn __ah_value_triggered_by(
        trigger: ::ah::AsyncId,
    ) -> impl Fn(u8, String) -> Self + ::ah::__private::core::marker::Copy {
        let _ = trigger;
        move |field0, field1| Self(
            field0,
            field1,
            ::ah::__private::ResourceOf::triggered_by(trigger),
        )
    }
}
