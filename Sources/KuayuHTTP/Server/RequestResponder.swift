/// Answers requests.
///
/// Called from many tasks at once.
public protocol RequestResponder: Sendable {
    /// A first look, before a byte of the body is read: identity, registration, size. An answer here refuses the request;
    /// nil lets it go on. By default everything may go on.
    func admit(_ head: RequestHead) -> OutboundResponse?

    /// The answer to a request that was admitted.
    func respond(to request: InboundRequest) async -> OutboundResponse
}

extension RequestResponder {
    /// Lets everything go on.
    public func admit(_ head: RequestHead) -> OutboundResponse? { nil }
}
