import KuayuAdapters
import KuayuEngine
import KuayuEvidence
import KuayuFormats
public import KuayuGateway
import KuayuModel

/// The interface that hubs use, over mutual TLS.
///
/// Who is asking is known from the certificate before anything is read.
public struct GatewayAPI: Sendable {
    let gateway: Gateway
    let facts: FederationFacts
    /// Serial numbers of certificates that are not accepted although they are valid.
    let denied: Set<String>
    let signatures: SharedSignatureMemory
    private let requests: PeerRequests
    private let rates: PeerRates

    /// The interface of a gateway.
    ///
    /// At most `requestsPerHub` requests of one hub are worked on at once, and `payloadsPerSecond` payloads of it taken
    /// in a second, or as many as its region says where that is nil; further ones are answered 429.
    public init(
        gateway: Gateway, facts: FederationFacts, denied: Set<String> = [], requestsPerHub: Int = 64,
        payloadsPerSecond: Int? = nil
    ) {
        self.gateway = gateway
        self.facts = facts
        self.denied = denied
        let hubs = gateway.federation.hubs.values
        requests = PeerRequests(limit: requestsPerHub)
        rates = PeerRates(
            perSecond: Dictionary(
                uniqueKeysWithValues: hubs.map {
                    ($0.region.text, payloadsPerSecond ?? $0.profile.limits.perSecond)
                }))
        // Headers that are ahead of our clock by the tolerance are valid for twice as long.
        signatures = SharedSignatureMemory(validity: (hubs.compactMap { $0.tolerance }.max() ?? .zero) * 2)
    }

    /// Its routes.
    public var table: RouteTable {
        let api = self
        var table = RouteTable(gate: { api.refusal(of: $0) })
        table.on(
            "POST", "/v1/messages", admit: { head, _ in api.haste(head) },
            answer: { request, _ in await api.counted(request) { await api.take(request) } })
        table.on("GET", "/v1/messages/{id*}") { request, parameters in
            await api.counted(request) { api.message(parameters["id"], request) }
        }
        table.on("GET", "/v1/receipts/{id*}") { request, parameters in
            await api.counted(request) { api.receipt(parameters["id"], request) }
        }
        table.on("GET", "/v1/cases/{id}") { request, parameters in
            await api.counted(request) { api.caseRecord(parameters["id"], request) }
        }
        table.on("GET", "/v1/federation") { _, _ in .json(api.facts.json(now: api.gateway.clock.now)) }
        table.on("GET", "/openapi.json") { _, _ in .json(OpenAPI.document) }
        table.on("GET", "/schemas/case.v1.json") { _, _ in .json(CaseSchemaDocument.jsonSchema()) }
        AdminAPI.addHealth(to: &table, gateway: gateway)
        return table
    }

    /// The hub that a request comes from.
    func hub(_ head: RequestHead) -> FederatedHub? {
        guard let peer = head.peer, !denied.contains(peer.serialNumber) else { return nil }
        let hub = peer.uriSANs.lazy.compactMap { gateway.federation.hub(uriSAN: $0) }.first
        guard let hub, hub.profile.pins.isEmpty || hub.profile.pins.contains(peer.spkiPinHexadecimal) else {
            return nil
        }
        return hub
    }

    /// The answer of `work`, counted as a request of its hub under way.
    private func counted(
        _ request: InboundRequest, _ work: () async -> OutboundResponse
    ) async -> OutboundResponse {
        guard let hub = hub(request.head) else { return .problem(.notFound) }
        return await requests.run(hub.region.text, work)
    }

    /// 429 where a hub sends more in a second than it may.
    private func haste(_ head: RequestHead) -> OutboundResponse? {
        hub(head).flatMap { rates.refusal(of: $0.region.text) }
    }

    private func refusal(of head: RequestHead) -> OutboundResponse? {
        if let hub = hub(head) { return requests.refusal(of: hub.region.text) }
        return .problem(
            ProblemDocument(
                kind: "not-a-hub", title: "The certificate is not that of a registered hub", status: 403,
                detail:
                    "The certificate must bear the URI of a registered hub (urn:kuayu:hub:<region>), be of the pinned "
                    + "key where one is pinned, and not be denied."))
    }
}

extension FederatedHub {
    /// By how much the time in its signed headers may differ from ours; nil where it signs none.
    fileprivate var tolerance: Duration? {
        guard case .https(let link) = link else { return nil }
        return link.signature?.tolerance
    }
}

extension PeerIdentity {
    /// The pin as `region.yaml` writes it.
    var spkiPinHexadecimal: String {
        (try? Base64.decode(spkiPin)).map { HexText.encode($0) } ?? ""
    }
}

/// What `/v1/federation` says, apart from the clock.
public struct FederationFacts: Sendable {
    /// Version of the program.
    public var version: String
    /// Public keys of receipts as JSON Web Keys (RFC 8037).
    public var keys: [String]
    /// Largest body in bytes.
    public var bodyLimitBytes: Int
    /// Region, name and adapter digest of every hub.
    public var hubs: [(region: String, name: String, adapter: String)]

    /// Facts.
    public init(
        version: String, keys: [String], bodyLimitBytes: Int,
        hubs: [(region: String, name: String, adapter: String)]
    ) {
        self.version = version
        self.keys = keys
        self.bodyLimitBytes = bodyLimitBytes
        self.hubs = hubs
    }

    func json(now: Instant) -> [UInt8] {
        var writer = JSONObjectWriter()
        writer.member("gateway", version)
        writer.member("canonical", "case/v1")
        writer.member("now", now.canonical)
        writer.member("bodyLimitBytes", bodyLimitBytes)
        writer.member("keys", keys.map { Array($0.utf8) })
        writer.member(
            "hubs",
            hubs.map { hub in
                var writer = JSONObjectWriter()
                writer.member("region", hub.region)
                writer.member("name", hub.name)
                writer.member("adapter", hub.adapter)
                return writer.finish()
            })
        return writer.finish()
    }
}
