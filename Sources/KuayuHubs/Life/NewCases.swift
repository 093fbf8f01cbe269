import KuayuFormats
package import KuayuModel

/// New cases of one hub for another as its own system writes them, each different: load for measuring.
///
/// Only for hubs that push. The same seed makes the same people and items; the times are the caller's.
package struct NewCases {
    private let format: any LocalFormat
    private let target: RegionCode
    private let items: [ServiceItem]
    private var rng: SeededGenerator
    private var serial = 0

    /// Cases of `origin` for divisions of `target`; `nil` when `origin` does not push or no item may be sent there.
    package init?(from origin: RegionCode, to target: RegionCode, items: [ServiceItem], seed: UInt64) {
        guard let format = Self.format(of: origin), !items.isEmpty, origin != target else { return nil }
        self.format = format
        self.target = target
        self.items = items
        rng = SeededGenerator(seed: seed ^ UInt64(origin.value))
    }

    /// Media type of the payloads.
    package var contentType: String { format.contentType }

    /// The next case: its message id and the payload that holds it.
    package mutating func next(now: Instant) -> (key: String, bytes: [UInt8]) {
        serial += 1
        let draft = CaseDraft.make(
            serial: serial, from: format.region, to: target, items: items, now: now, using: &rng)
        let number = ownNumber(now: now)
        let key = "\(format.region.text)-\(number)-1"
        return (key, format.payload([format.draft(draft, number: number)], key: key, now: now))
    }

    /// What a hub that pushes answers to a payload that it took; `nil` for the others.
    package static func success(of region: RegionCode) -> (contentType: String, body: [UInt8])? {
        format(of: region).map { ($0.contentType, $0.reply(.taken, cases: [])) }
    }

    private static func format(of region: RegionCode) -> (any LocalFormat)? {
        switch region {
        case .jiangsu: JiangsuFormat()
        case .zhejiang: ZhejiangFormat()
        default: nil
        }
    }

    /// In the shape that the region's system gives.
    private func ownNumber(now: Instant) -> String {
        let day = LocalTime.text(now, "yyyyMMdd")
        if format.region == .jiangsu { return "11320000MB1A00000D3000000000000" + day + padded(serial, 9) }
        return "3300002" + String(day.dropFirst(2)) + "0" + padded(serial, 7)
    }
}
