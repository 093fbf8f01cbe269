import Foundation
import Testing

/// What operators and machines ask of a running gateway, and how it ends.
@Suite(.timeLimit(.minutes(5))) struct OperationsTests {
    @Test func endsGracefullyOnSIGTERM() async throws {
        try await TestFederation.with { federation in
            let sample = try Sample.bytes("320000", "01-new-person.xml")
            #expect(try await federation.hand(sample, as: "320000", key: "before").status == 202)
            let gateway = try #require(federation.gateway)
            gateway.send(SIGTERM)
            try await eventually("the gateway has ended", within: .seconds(30)) { gateway.code != nil }
            #expect(gateway.code == 0, "\(gateway.errors)")
            // What was acknowledged is there when it comes back.
            try await federation.startGateway()
            #expect(try await federation.get("/v1/messages/before", as: "320000").status == 200)
            #expect(try await federation.command(["db", "verify"]).code == 0)
        }
    }

    @Test func describesItself() async throws {
        try await TestFederation.with { federation in
            for path in ["/healthz", "/readyz", "/metrics"] {
                #expect(try await Loopback.get(path, port: federation.adminPort).status == 200, "\(path)")
                #expect(try await federation.get(path, as: "320000").status == 200, "\(path)")
            }
            #expect(try await federation.metrics()["kuayu_messages_total{outcome=\"accepted\"}"] == 0)
            let openAPI = try await federation.get("/openapi.json", as: "320000").json()
            #expect((openAPI["openapi"] as? String)?.hasPrefix("3.1") == true)
            let schema = try await federation.get("/schemas/case.v1.json", as: "320000").json()
            #expect((schema["$schema"] as? String)?.isEmpty == false)
            let facts = try await federation.get("/v1/federation", as: "320000").json()
            #expect((facts["hubs"] as? [[String: Any]])?.count == 4)
            #expect((facts["keys"] as? [[String: Any]])?.first?["kty"] as? String == "OKP")
        }
    }

    @Test func keepsTheDescriptionsThatAreInTheRepository() async throws {
        try await TestFederation.with { federation in
            for (path, file) in [
                ("/openapi.json", "schema/openapi.json"), ("/schemas/case.v1.json", "schema/case.v1.json"),
            ] {
                let known = try Data(contentsOf: URL(fileURLWithPath: Program.repository + "/" + file))
                let served = try await federation.get(path, as: "320000").body
                let same =
                    try JSONSerialization.jsonObject(with: known) as? NSDictionary
                    == JSONSerialization.jsonObject(with: Data(served)) as? NSDictionary
                #expect(same, "\(file) is not what the gateway serves")
            }
        }
    }

    @Test func countsWhatItTakes() async throws {
        try await TestFederation.with { federation in
            let sample = try Sample.bytes("320000", "01-new-person.xml")
            for _ in 0..<3 { _ = try await federation.hand(sample, as: "320000", key: "counted") }
            // Counted after the answer, which does not wait for it.
            try await eventually("all three are counted") {
                let metrics = try await federation.metrics()
                return metrics["kuayu_messages_total{outcome=\"accepted\"}"] == 1
                    && metrics["kuayu_messages_total{outcome=\"duplicate\"}"] == 2
            }
        }
    }

    @Test func answersAtUnknownPlacesWithAProblem() async throws {
        try await TestFederation.with { federation in
            let unknown = try await federation.get("/v1/nothing", as: "320000")
            #expect(unknown.status == 404)
            let deletion = "DELETE /v1/messages HTTP/1.1\r\nHost: gateway\r\n\r\n"
            let deleted = try await RawClient.exchange(
                port: federation.port, certificates: federation.certificates, as: "hub-320000",
                send: Array(deletion.utf8))
            #expect(deleted.message?.status == 405)
        }
    }
}
