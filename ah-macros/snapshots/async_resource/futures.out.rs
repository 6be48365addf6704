impl Client {
    pub fn lazily(&self) -> impl Future<Output = bool> + '_ {
        ::async_hooks::__private::scope_of::<Self>(&self)
            .scope((move || { async move { true } })())
    }
    pub fn eagerly(&mut self) -> impl Future<Output = bool> + use<> {
        let ah_scope = ::async_hooks::__private::scope_of::<Self>(&self);
        let ah_future = {
            let _ah_scope = ah_scope.enter();
            #[allow(clippy::redundant_closure_call)]
            (move || {
                self.n += 1;
                async move { true }
            })()
        };
        ah_scope.scope(ah_future)
    }
    pub fn boxed(&self) -> Pin<Box<dyn Future<Output = bool> + Send + '_>> {
        ::async_hooks::__private::std::boxed::Box::pin({
            ::async_hooks::__private::scope_of::<Self>(&self)
                .scope(
                    (move || -> Pin<Box<dyn Future<Output = bool> + Send + '_>> {
                        Box::pin(async move { true })
                    })(),
                )
        })
    }
    #[instrument]
    #[::async_hooks::__private::async_resource_method(::async_hooks, Self)]
    pub async fn with_another_attribute(&self, (a, b): (u8, u8)) -> u8 {
        a + b
    }
}
