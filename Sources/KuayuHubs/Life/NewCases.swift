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
    private var numbers: NumberSeries

    /// Cases of `origin` for divisions of `target`; `nil` when `origin` does not push or no item may be sent there.
    package init?(from origin: RegionCode, to target: RegionCode, items: [ServiceItem], seed: UInt64) {
        guard let format = Self.format(of: origin), items.contains(where: { $0.mode != .collect }), origin != target
        else { return nil }
        self.format = format
        self.target = target
        // Cases of which the papers are collected first are not sent on at once.
        self.items = items.filter { $0.mode != .collect }
        rng = SeededGenerator(seed: seed ^ UInt64(origin.value))
        numbers = NumberSeries(origin)
    }

    /// Media type of the payloads.
    package var contentType: String { format.contentType }

    /// The next case: its message id and the payload that holds it.
    package mutating func next(now: Instant) -> (key: String, bytes: [UInt8]) {
        let number = numbers.next(now: now)
        let draft = CaseDraft.make(
            serial: number.serial, from: format.region, to: target, items: items, now: now, using: &rng)
        let key = "\(format.region.text)-\(number.text)-1"
        return (key, format.payload([format.draft(draft, number: number.text)], key: key, now: now))
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
}
