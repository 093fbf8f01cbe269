/// One line of the gateway's own side of a comparison: the hub's columns, identity included, and the nonce.
public struct FeedLedgerLine: Hashable, Sendable {
    /// The header, without its line feed.
    public static let header = FeedLine.header + ",nonce"

    /// What the gateway expects of the hub.
    public var element: LedgerElement
    /// Its identity.
    public var id: ElementID

    /// A line.
    public init(element: LedgerElement, id: ElementID) {
        self.element = element
        self.id = id
    }

    /// Appends the line with its line feed; the column `state_at` stays empty.
    public func append(to bytes: inout [UInt8]) {
        FeedLine.append(element, stateAt: nil, to: &bytes)
        bytes.append(UInt8(ascii: ","))
        FeedLine.append(hexadecimal: id, to: &bytes)
        bytes.append(UInt8(ascii: ","))
        bytes.append(contentsOf: element.nonce.utf8)
        bytes.append(UInt8(ascii: "\n"))
    }

    /// Whether an element can be written so that it is read back as it was.
    public static func canWrite(_ element: LedgerElement) -> Bool {
        FeedLine.isName(element.caseID.utf8) && FeedLine.isName(element.status.utf8)
            && FeedLine.isName(element.nonce.utf8) && element.key != nil
            && (0...Int(Int32.max)).contains(element.version)
            && (element.contentDigest == "-" || FeedLine.isDigest(element.contentDigest.utf8))
    }

    /// Reads one line, without its line feed.
    ///
    /// - Throws: ``FeedError`` of kind `unavailable`: the gateway's own file is damaged, which is not the hub's fault.
    public static func parse(_ bytes: some Collection<UInt8>) throws(FeedError) -> FeedLedgerLine {
        do throws(FeedError) {
            var fields = try FeedFields(Array(bytes), columns: FeedLine.Column.allCases, number: 0)
            var element = try fields.row().element
            let id = try fields.identity()
            element.nonce = try fields.name()
            return FeedLedgerLine(element: element, id: id)
        } catch {
            throw FeedError(.unavailable, "the snapshot of the gateway's own ledger is damaged (\(error.detail))")
        }
    }
}
