/// A small router that is itself a responder: method and pattern to what answers.
///
/// A pattern is a path whose segments are literal, `{name}` for one segment, or, last, `{name*}` for all that remains.
/// Segments are compared percent-decoded, after splitting: `/v1/messages/{id}` finds `a/0001` in
/// `/v1/messages/a%2F0001`. Routes are tried in the order in which they were added. No route for a path is 404, none for
/// its method 405 with `Allow`, both as problem documents and both before the body is read.
public struct RouteTable: RequestResponder {
    /// What a route does once the body is there.
    public typealias Answer = @Sendable (InboundRequest, PathParameters) async -> OutboundResponse
    /// What a route may refuse before the body is there.
    public typealias Admission = @Sendable (RequestHead, PathParameters) -> OutboundResponse?

    private enum Segment: Hashable {
        case literal(String)
        case one(String)
        case rest(String)
    }

    private struct Route: Sendable {
        let method: String
        let segments: [Segment]
        let admit: Admission?
        let answer: Answer
    }

    private enum Match {
        case found(Route, PathParameters)
        case otherMethods([String])
        case nothing
    }

    private var routes: [Route] = []
    private let gate: (@Sendable (RequestHead) -> OutboundResponse?)?

    /// An empty table.
    ///
    /// `gate` looks at every request first: who it is from, whether it may come at all.
    public init(gate: (@Sendable (RequestHead) -> OutboundResponse?)? = nil) {
        self.gate = gate
    }

    /// Adds a route.
    ///
    /// Requires that `pattern` begins with `/` and that the same method and pattern was not added before.
    public mutating func on(
        _ method: String, _ pattern: String, admit: Admission? = nil, answer: @escaping Answer
    ) {
        precondition(pattern.hasPrefix("/"), "a pattern begins with a slash")
        let segments = pattern.dropFirst().split(separator: "/", omittingEmptySubsequences: false).map(segment)
        precondition(
            !routes.contains { $0.method == method && $0.segments == segments }, "a route is added once")
        routes.append(Route(method: method, segments: segments, admit: admit, answer: answer))
    }

    /// The gate's word, then the route's; 404 and 405 where there is no route.
    public func admit(_ head: RequestHead) -> OutboundResponse? {
        if let refusal = gate?(head) { return refusal }
        switch match(head) {
        case .found(let route, let parameters):
            return route.admit?(head, parameters)
        case .otherMethods(let methods):
            var response = OutboundResponse.problem(.methodNotAllowed)
            response.headers.append(("Allow", methods.joined(separator: ", ")))
            return response
        case .nothing:
            return .problem(.notFound)
        }
    }

    /// The route's answer.
    public func respond(to request: InboundRequest) async -> OutboundResponse {
        guard case .found(let route, let parameters) = match(request.head) else { return .problem(.notFound) }
        return await route.answer(request, parameters)
    }

    private func match(_ head: RequestHead) -> Match {
        let parts = head.rawPath.dropFirst().split(separator: "/", omittingEmptySubsequences: false)
        var methods: [String] = []
        for route in routes {
            guard let parameters = RouteTable.bind(route.segments, to: parts) else { continue }
            if route.method == head.method { return .found(route, parameters) }
            if !methods.contains(route.method) { methods.append(route.method) }
        }
        return methods.isEmpty ? .nothing : .otherMethods(methods)
    }

    private static func bind(_ segments: [Segment], to parts: [Substring]) -> PathParameters? {
        var parameters = PathParameters()
        for (index, segment) in segments.enumerated() {
            guard index < parts.count else { return nil }
            switch segment {
            case .literal(let text):
                guard PercentCoding.decode(parts[index]) == text else { return nil }
            case .one(let name):
                guard let value = PercentCoding.decode(parts[index]), !value.isEmpty else { return nil }
                parameters.add(name, value)
            case .rest(let name):
                guard let value = PercentCoding.decode(parts[index...].joined(separator: "/")), !value.isEmpty else {
                    return nil
                }
                parameters.add(name, value)
                return parameters
            }
        }
        return parts.count == segments.count ? parameters : nil
    }

    private func segment(_ text: Substring) -> Segment {
        guard text.hasPrefix("{"), text.hasSuffix("}") else { return .literal(String(text)) }
        let name = text.dropFirst().dropLast()
        return name.hasSuffix("*") ? .rest(String(name.dropLast())) : .one(String(name))
    }
}

/// What stood in a path where a pattern has names.
public struct PathParameters: Hashable, Sendable {
    private var values: [String: String] = [:]

    /// The decoded value of a name of the pattern; empty for a name that the pattern lacks.
    public subscript(name: String) -> String { values[name] ?? "" }

    mutating func add(_ name: String, _ value: String) {
        values[name] = value
    }
}
