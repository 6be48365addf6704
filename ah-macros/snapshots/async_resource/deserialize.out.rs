#[derive(Serialize)]
#[derive(Deserialize)]
struct Named {
    n: u8,
    #[serde(skip, default = "::async_hooks::__private::ResourceOf::new")]
    #[doc(hidden)]
    #[allow(unreachable_pub, reason = "seen by whoever sees all other fields")]
    resource_made_in_annotated_impls_and_by_derives_below_the_attribute: ::async_hooks::__private::ResourceOf<
        Self,
    >,
}
#[automatically_derived]
#[allow(deprecated)]
impl ::async_hooks::Resource for Named {
    #[inline]
    fn async_resource(&self) -> &::async_hooks::AsyncResource {
        ::async_hooks::__private::ResourceField::resource(
            &self.resource_made_in_annotated_impls_and_by_derives_below_the_attribute,
        )
    }
}
#[automatically_derived]
#[allow(deprecated)]
impl ::async_hooks::__private::MakeResource for Named {
    #[inline]
    #[track_caller]
    fn make_resource(
        trigger: ::async_hooks::__private::core::option::Option<::async_hooks::AsyncId>,
    ) -> ::async_hooks::AsyncResource {
        ::async_hooks::__private::make_resource("NAMED", trigger, false, || ())
    }
}
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[cfg_attr(feature = "serde", derive(serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(from = "__AhNewData < T >"))]
struct New<T>(
    T,
    #[doc(hidden)]
    #[allow(unreachable_pub, reason = "seen by whoever sees all other fields")]
    ::async_hooks::__private::ResourceOf<Self>,
);
#[cfg(feature = "serde")]
#[derive(serde::Deserialize)]
#[serde(rename = "New")]
#[doc(hidden)]
struct __AhNewData<T>(T);
#[cfg(feature = "serde")]
#[automatically_derived]
impl<T> ::async_hooks::__private::core::convert::From<__AhNewData<T>> for New<T> {
    fn from(data: __AhNewData<T>) -> Self {
        let _ = &data;
        Self(data.0, ::async_hooks::__private::ResourceOf::new())
    }
}
#[automatically_derived]
#[allow(deprecated)]
impl<T> ::async_hooks::Resource for New<T> {
    #[inline]
    fn async_resource(&self) -> &::async_hooks::AsyncResource {
        let Self(.., resource) = self;
        ::async_hooks::__private::ResourceField::resource(resource)
    }
}
#[automatically_derived]
#[allow(deprecated)]
impl<T> ::async_hooks::__private::MakeResource for New<T> {
    #[inline]
    #[track_caller]
    fn make_resource(
        trigger: ::async_hooks::__private::core::option::Option<::async_hooks::AsyncId>,
    ) -> ::async_hooks::AsyncResource {
        ::async_hooks::__private::make_resource("NEW", trigger, false, || ())
    }
}
#[doc(hidden)]
#[automatically_derived]
#[allow(deprecated, unreachable_pub, reason = "as the fields are")]
impl<T> New<T> {
    #[inline]
    fn __ah_value() -> fn(T) -> Self {
        |field0| Self(field0, ::async_hooks::__private::ResourceOf::new())
    }
    #[inline]
    fn __ah_value_triggered_by(
        trigger: ::async_hooks::AsyncId,
    ) -> impl Fn(T) -> Self + ::async_hooks::__private::core::marker::Copy {
        let _ = trigger;
        move |field0| Self(
            field0,
            ::async_hooks::__private::ResourceOf::triggered_by(trigger),
        )
    }
}
