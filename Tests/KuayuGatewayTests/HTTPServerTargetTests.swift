import Foundation
import KuayuHTTP
import Testing

/// The forms of a request target (RFC 9112, 3.2): origin and absolute form are answered by path, the others at once 400.
@Suite(.timeLimit(.minutes(1))) struct HTTPServerTargetTests {
    private let responder = ClosureResponder { request in
        .text("\(request.path ?? "-") \(request.head.rawQuery ?? "-")")
    }

    @Test(
        arguments: [
            ("/x?a=1", "200", "/x a=1"), ("http://gateway/x", "200", "/x -"), ("http://gateway/x?a=1", "200", "/x a=1"),
            ("https://gateway:8443/v1/messages/a%2Fb", "200", "/v1/messages/a/b -"),
            ("HTTP://GATEWAY/x", "200", "/x -"),
            ("http://127.0.0.1/x", "200", "/x -"), ("http://[::1]:80/x", "200", "/x -"),
            ("http://other/", "200", "/ -"),
            ("http://gateway", "200", "/ -"), ("http://gateway?a=1", "200", "/ a=1"), ("*", "400", nil),
            ("gateway:443", "400", nil), ("x", "400", nil), ("http://[bad/x", "400", nil), ("http:/x", "400", nil),
        ] as [(String, String, String?)])
    func isAnsweredByPath(target: String, status: String, body: String?) async throws {
        try await withServer(.plain, responder: responder) { port, _ in
            let reply = await RawClient.exchange(
                port: port, "GET \(target) HTTP/1.1\r\nHost: gateway\r\nConnection: close\r\n\r\n")
            #expect(reply.hasPrefix("HTTP/1.1 \(status) "), "\(reply)")
            if let body { #expect(reply.hasSuffix("\r\n\r\n\(body)"), "\(reply)") }
        }
    }

    /// The connection stays usable behind an absolute form, and is closed behind a target that is none.
    @Test func staysOnItsConnection() async throws {
        try await withServer(.plain, responder: responder) { port, _ in
            let reply = await RawClient.exchange(
                port: port,
                "GET http://gateway/1 HTTP/1.1\r\nHost: gateway\r\n\r\n"
                    + "GET /2 HTTP/1.1\r\nHost: gateway\r\n\r\n" + "GET * HTTP/1.1\r\nHost: gateway\r\n\r\n")
            #expect(reply.components(separatedBy: "HTTP/1.1 200").count == 3)
            #expect(reply.components(separatedBy: "HTTP/1.1 400").count == 2)
        }
    }
}
