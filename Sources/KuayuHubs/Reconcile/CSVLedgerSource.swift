import Foundation
public import KuayuReconcile

/// A ledger that a hub's own system writes into a file, read anew for every view.
///
/// CSV without quotes, lines ended by LF, the first line naming the columns in any order: `lane` (`in` or `out`),
/// `case_id`, `registered_at`, `version`, `status`, `content_digest`, `nonce`; `state_at` and `number` may be missing. Times
/// are Unix seconds. The view is complete up to the moment at which the file was changed last; replace the file whole
/// (rename), so that nobody reads half of it.
public struct CSVLedgerSource: HubLedgerSource {
    private let path: String

    /// A ledger in the file at `path`.
    public init(path: String) { self.path = path }

    /// The file as it stands now.
    ///
    /// - Throws: `unavailable` when it cannot be read, with the line and the column that are wrong.
    public func view() async throws(FeedError) -> any HubLedgerView {
        let path = path
        return try await OwnThread.run { () throws(FeedError) in try Self.read(path) }
    }

    private static func read(_ path: String) throws(FeedError) -> MemoryLedgerView {
        let attributes = try? FileManager.default.attributesOfItem(atPath: path)
        guard let changed = attributes?[.modificationDate] as? Date,
            let data = FileManager.default.contents(atPath: path)
        else { throw FeedError(.unavailable, "the ledger's file cannot be read") }
        var lanes: [Lane: [HubRow]] = [:]
        var columns: CSVColumns?
        for (index, line) in Array(data).split(separator: UInt8(ascii: "\n")).enumerated() {
            let fields = line.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false)
                .map { String(decoding: $0, as: UTF8.self) }
            if let columns {
                let (lane, row) = try columns.row(fields, line: index + 1)
                lanes[lane, default: []].append(row)
            } else {
                columns = try CSVColumns(fields)
            }
        }
        if columns == nil { throw FeedError(.unavailable, "the ledger's file has no header") }
        return MemoryLedgerView(
            watermark: Int64(changed.timeIntervalSince1970), out: lanes[.out] ?? [], in: lanes[.in] ?? [])
    }
}

/// Where each column stands.
private struct CSVColumns {
    private static let needed = ["lane", "case_id", "registered_at", "version", "status", "content_digest", "nonce"]
    private let places: [String: Int]
    private let count: Int

    init(_ header: [String]) throws(FeedError) {
        var places: [String: Int] = [:]
        for (index, name) in header.enumerated() { places[name] = index }
        for name in Self.needed where places[name] == nil {
            throw FeedError(.unavailable, "the ledger's file has no column \(name)")
        }
        self.places = places
        count = header.count
    }

    func row(_ fields: [String], line: Int) throws(FeedError) -> (Lane, HubRow) {
        guard fields.count == count else {
            throw FeedError(.unavailable, "line \(line): \(fields.count) columns instead of \(count)")
        }
        func text(_ name: String) -> String { places[name].map { fields[$0] } ?? "" }
        func number(_ name: String) throws(FeedError) -> Int64 {
            guard let number = Int64(text(name)) else {
                throw FeedError(.unavailable, "line \(line), column \(name): no number")
            }
            return number
        }
        guard let lane = Lane(rawValue: text("lane")) else {
            throw FeedError(.unavailable, "line \(line), column lane: must be in or out")
        }
        let element = LedgerElement(
            caseID: text("case_id"), version: Int(try number("version")), status: text("status"),
            contentDigest: text("content_digest"), nonce: text("nonce"), registeredAt: try number("registered_at"))
        return (
            lane,
            HubRow(
                element: element, stateAt: text("state_at").isEmpty ? nil : try number("state_at"),
                localNumber: text("number").isEmpty ? nil : text("number"))
        )
    }
}
