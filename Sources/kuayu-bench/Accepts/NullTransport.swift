import KuayuGateway
import KuayuHubs
import KuayuModel
import Synchronization

/// Partners that take everything at once, without a network: what is measured is the gateway alone.
final class NullTransport: PartnerTransport, Sendable {
    /// Exchanges so far.
    private let exchanges = Atomic<Int>(0)
    private let replies: [(prefix: String, body: [UInt8])]

    /// `bases` are the hubs' addresses as configured.
    init(bases: [(region: RegionCode, url: String)]) {
        replies = bases.compactMap { base in NewCases.success(of: base.region).map { (base.url, $0.body) } }
    }

    var exchangeCount: Int { exchanges.load(ordering: .relaxed) }

    func exchange(_ request: PartnerRequest, completion: @escaping @Sendable (PartnerOutcome) -> Void) {
        exchanges.wrappingAdd(1, ordering: .relaxed)
        let body = replies.first { request.url.hasPrefix($0.prefix) }?.body
        completion(body.map { .answered(status: 200, headers: [], body: $0) } ?? .notSent(reason: "no such hub"))
    }

    func put(_ file: PartnerFile, at place: PartnerPlace, completion: @escaping @Sendable (PartnerOutcome) -> Void) {
        completion(.notSent(reason: "no files here"))
    }

    func list(_ folder: String, at place: PartnerPlace) async throws(PartnerError) -> [String] { [] }

    func fetch(_ path: String, at place: PartnerPlace, limitBytes: Int) async throws(PartnerError) -> [UInt8] {
        throw .notFound(path)
    }

    func move(_ path: String, to target: String, at place: PartnerPlace) async throws(PartnerError) {}
}
