impl Fetch for Arc<Client> {
    #[allow(clippy::implicit_return)]
    fn fetch(&self) -> impl ::async_hooks::__private::core::future::Future<Output = u8> {
        let __ah_scope = ::async_hooks::__private::scope_of::<Client>(&self);
        ::async_hooks::__private::scoped(
            async move {
                let _ = &self;
                #[allow(unreachable_code, clippy::all, clippy::pedantic)]
                if false {
                    let __ah_never: u8 = ::async_hooks::__private::never_called();
                    return __ah_never;
                }
                #[allow(unused_braces)] { self.n }
            },
            &__ah_scope,
        )
    }
    #[allow(clippy::implicit_return)]
    fn sync(&self) -> Client {
        use ::async_hooks::__private::NotPolled as _;
        let __ah_alias = ::async_hooks::__private::Alias::<Client>::new();
        let __ah_scope = ::async_hooks::__private::scope_of::<Client>(&self);
        __ah_alias
            .__ah_scoped(
                {
                    let __ah_entered = __ah_scope.enter();
                    ::async_hooks::__private::of::<
                        Client,
                    >({
                        #[allow(unused_braces)]
                        {
                            Client {
                                n: 1,
                                resource_made_in_annotated_impls_and_by_derives_below_the_attribute: ::async_hooks::__private::ResourceOf::new(),
                            }
                        }
                    })
                },
                &__ah_scope,
            )
    }
}
