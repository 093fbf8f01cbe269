import KuayuModel

extension String: TextCoded {
    static var blank: String { "" }
    static var shape: TextShape { .any }
    init?(reportText: String) { self = reportText }
    var reportText: String { self }
}

extension RegionCode: TextCoded {
    static var blank: RegionCode { .shanghai }
    static var shape: TextShape { .pattern("^[1-9][0-9]{5}$") }
    init?(reportText: String) { self.init(reportText) }
    var reportText: String { text }
}

extension Instant: TextCoded {
    static var blank: Instant { Instant(epochMilliseconds: 0) }
    static var shape: TextShape {
        .pattern("^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\\+08:00$")
    }
    init?(reportText: String) { self.init(canonical: reportText) }
    var reportText: String { canonical }
}

extension CalendarDate: TextCoded {
    static var blank: CalendarDate { CalendarDate(daysSinceEpoch: 0) }
    static var shape: TextShape { .pattern("^[0-9]{4}-[0-9]{2}-[0-9]{2}$") }
    init?(reportText: String) { self.init(reportText) }
    var reportText: String { text }
}

extension ElementID: TextCoded {
    static var blank: ElementID { ElementID(0, 0, 0, 0) }
    static var shape: TextShape { .pattern("^[0-9a-f]{64}$") }
    init?(reportText: String) {
        guard let bytes = HexText.decode(reportText), HexText.encode(bytes) == reportText else { return nil }
        self.init(bytes: bytes)
    }
    var reportText: String { HexText.encode(bytes) }
}

extension Lane: TextCoded { static var blank: Lane { .in } }
extension BreakCode: TextCoded { static var blank: BreakCode { .feedError } }
extension BreakState: TextCoded { static var blank: BreakState { .detected } }
extension RepairAction: TextCoded { static var blank: RepairAction { .retry } }
extension ReconcileProfile: TextCoded { static var blank: ReconcileProfile { .sql } }
extension RunRecord.Kind: TextCoded { static var blank: RunRecord.Kind { .daily } }
extension RunRecord.State: TextCoded { static var blank: RunRecord.State { .running } }
extension FeedError.Kind: TextCoded { static var blank: FeedError.Kind { .unreadable } }
extension ReconReport.Verdict: TextCoded { static var blank: ReconReport.Verdict { .unknown } }
