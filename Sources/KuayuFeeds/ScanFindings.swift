import KuayuReconcile
import Synchronization

/// What a scan of two files, or of a stretch of them, came to.
struct ScanFindings {
    /// Lines of the feed.
    var lineCount = 0
    /// Lines of the gateway that differ, or whose case does.
    var ledgerLines: [[UInt8]] = []
    /// Lines of the hub that differ, or whose case does; numbers count from the stretch's first line, 1.
    var feedLines: [FeedRawLine] = []
    /// Earliest and latest registration of the lines that agree.
    var earliest = Int64.max
    var latest = Int64.min
    /// The feed's first and last line, in a sorted scan.
    var first: [UInt8] = []
    var last: [UInt8] = []
    /// The first line that does not stand where the order wants it.
    var misplaced: Int?
    /// More lines differ than the limit allows; the rest were counted only.
    var isFlooded = false
    /// A read failed, or a line is too long to be read.
    var fault: FeedError?

    var registered: ClosedRange<Int64>? { earliest <= latest ? earliest...latest : nil }

    @inline(__always)
    mutating func note(registeredAt: Int64) {
        earliest = min(earliest, registeredAt)
        latest = max(latest, registeredAt)
    }

    /// Joins stretches in their order; `base` is the number of the first line behind the header.
    static func join(_ stretches: [ScanFindings], base: Int = 2) -> ScanFindings {
        var whole = ScanFindings()
        for stretch in stretches {
            let shift = whole.lineCount + base - 1
            whole.ledgerLines += stretch.ledgerLines
            whole.feedLines += stretch.feedLines.map {
                FeedRawLine(offset: $0.offset, number: $0.number == 0 ? 0 : $0.number + shift, bytes: $0.bytes)
            }
            if stretch.earliest <= stretch.latest {
                whole.note(registeredAt: stretch.earliest)
                whole.note(registeredAt: stretch.latest)
            }
            whole.isFlooded = whole.isFlooded || stretch.isFlooded
            whole.fault = whole.fault ?? stretch.fault
            if whole.misplaced == nil { whole.misplaced = place(stretch, after: whole.last).map { $0 + shift } }
            if !stretch.last.isEmpty { whole.last = stretch.last }
            whole.lineCount += stretch.lineCount
        }
        return whole
    }

    private static func place(_ stretch: ScanFindings, after last: [UInt8]) -> Int? {
        if !last.isEmpty, !stretch.first.isEmpty, Lines.compareCases(stretch.first, last) <= 0 { return 1 }
        return stretch.misplaced
    }
}

/// How many lines may still be collected, for all threads together.
final class LineBudget: Sendable {
    private let rest: Atomic<Int>

    init(_ limit: Int) { rest = Atomic(limit) }

    /// How many are left.
    var remaining: Int { max(0, rest.load(ordering: .relaxed)) }

    /// Takes one; false when there is none left.
    func take() -> Bool { rest.wrappingSubtract(1, ordering: .relaxed).oldValue > 0 }
}
