import HTTPTypes
import HummingbirdCore
import NIOCore

/// Serves one request: first look, body, answer.
struct RequestServer: Sendable {
    /// Ends a connection whose request was not read to its end.
    struct ConnectionOver: Error {}

    let responder: any RequestResponder
    let limits: HTTPLimits

    func serve(_ request: Request, _ writer: consuming ResponseWriter) async throws {
        guard let connection = ConnectionState.current else { throw ConnectionOver() }
        connection.beginRequest()
        defer { connection.endRequest() }
        guard let head = RequestHead(request.head, peer: connection.peer) else {
            try await write(.problem(.badTarget), with: writer, closes: true)
            throw ConnectionOver()
        }
        if let refusal = firstLook(head) {
            let closes = head.isChunked || (head.contentLength ?? 0) > limits.bodyBytes
            try await write(refusal, with: writer, closes: closes)
            guard head.hasBody else { return }
            var chunks = request.body.makeAsyncIterator()
            try await discard(&chunks)
            if closes { throw ConnectionOver() }
            return
        }
        guard head.hasBody else {
            return try await answer(InboundRequest(head: head, body: []), on: connection, with: writer)
        }
        if head.header("Expect")?.lowercased() == "100-continue" {
            try await writer.writeInformationalHead(HTTPResponse(status: .continue))
        }
        var chunks = request.body.makeAsyncIterator()
        let (body, problem) = try await collect(&chunks, head)
        if let problem {
            try await write(.problem(problem), with: writer, closes: true)
            try await discard(&chunks)
            throw ConnectionOver()
        }
        try await answer(InboundRequest(head: head, body: body), on: connection, with: writer)
    }

    private func firstLook(_ head: RequestHead) -> OutboundResponse? {
        if let refusal = responder.admit(head) { return refusal }
        guard (head.contentLength ?? 0) <= limits.bodyBytes else {
            return .problem(.bodyTooLarge(limitBytes: limits.bodyBytes))
        }
        return nil
    }

    /// The whole body, copied once out of the network's buffers, or what is wrong with it.
    private func collect(
        _ chunks: inout RequestBody.AsyncIterator, _ head: RequestHead
    ) async throws -> ([UInt8], ProblemDocument?) {
        var body: [UInt8] = []
        // The announced length is at most the limit here, but nobody has sent it yet.
        body.reserveCapacity(min(head.contentLength ?? 4_096, 256 << 10))
        while let chunk = try await chunks.next() {
            guard body.count + chunk.readableBytes <= limits.bodyBytes else {
                return ([], .bodyTooLarge(limitBytes: limits.bodyBytes))
            }
            chunk.withUnsafeReadableBytes { body.append(contentsOf: $0) }
        }
        if let length = head.contentLength, length != body.count { return ([], .bodyIncomplete) }
        return (body, nil)
    }

    /// Reads on for a while, so that the client gets to see the answer instead of a reset (RFC 9112, 9.6).
    private func discard(_ chunks: inout RequestBody.AsyncIterator) async throws {
        var count = 0
        while count <= limits.bodyBytes, let chunk = try await chunks.next() { count += chunk.readableBytes }
    }

    private func answer(
        _ request: InboundRequest, on connection: ConnectionState, with writer: consuming ResponseWriter
    ) async throws {
        connection.beginWork()
        let response = await responder.respond(to: request)
        connection.waitForClient()
        try await write(response, with: writer, closes: false)
    }

    private func write(
        _ response: OutboundResponse, with writer: consuming ResponseWriter, closes: Bool
    ) async throws {
        let status = (200...599).contains(response.status) ? response.status : 500
        let head = HTTPResponse(status: .init(code: status), headerFields: fields(of: response, closes: closes))
        if response.body.isEmpty {
            try await writer.writeResponse(head)
        } else {
            try await writer.write(response: head, body: ResponseBody(byteBuffer: ByteBuffer(bytes: response.body)))
        }
    }

    private func fields(of response: OutboundResponse, closes: Bool) -> HTTPFields {
        var fields = HTTPFields()
        fields.reserveCapacity(response.headers.count + 4)
        if let type = response.contentType { fields.append(HTTPField(name: .contentType, value: type)) }
        if response.status != 204 && response.status != 304 {
            fields.append(HTTPField(name: .contentLength, value: String(response.body.count)))
        }
        fields.append(HTTPField(name: .date, value: HTTPDate.current()))
        if closes { fields.append(HTTPField(name: .connection, value: "close")) }
        for (name, value) in response.headers {
            if let name = HTTPField.Name(name) { fields.append(HTTPField(name: name, value: value)) }
        }
        return fields
    }
}
