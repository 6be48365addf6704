impl Client {
    #[allow(clippy::implicit_return)]
    pub fn lazily(&self) -> impl Future<Output = bool> + '_ {
        let __ah_scope = ::async_hooks::__private::scope_of::<Self>(&self);
        ::async_hooks::__private::scoped(async move { true }, &__ah_scope)
    }
    #[allow(clippy::implicit_return)]
    pub fn eagerly(&mut self) -> impl Future<Output = bool> + use<> {
        let __ah_scope = ::async_hooks::__private::scope_of::<Self>(&self);
        ::async_hooks::__private::scoped(
            {
                let __ah_entered = __ah_scope.enter();
                ::async_hooks::__private::call(move || {
                    let _ = &self;
                    #[allow(unused_braces)]
                    {
                        self.n += 1;
                        async move { true }
                    }
                })
            },
            &__ah_scope,
        )
    }
    #[allow(clippy::implicit_return)]
    pub fn boxed(&self) -> Pin<Box<dyn Future<Output = bool> + Send + '_>> {
        let __ah_scope = ::async_hooks::__private::scope_of::<Self>(&self);
        Box::pin(::async_hooks::__private::scoped(async move { true }, &__ah_scope))
    }
    #[instrument]
    #[::async_hooks::__private::async_resource_method(::async_hooks, Self)]
    pub async fn with_another_attribute(&self, (a, b): (u8, u8)) -> u8 {
        a + b
    }
}
