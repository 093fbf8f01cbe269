import KuayuEngine
import KuayuModel

/// What will happen, in the order of its time; what is set for the same time happens in the order it was set.
struct Agenda {
    enum Action {
        case hubSends(RegionCode, String)
        case arrivesAtGateway(RegionCode, String)
        case roundEnds(epoch: Int)
        case arrivesAtHub(SendOrder, epoch: Int, isCopy: Bool)
        case replyArrives(SendReply, epoch: Int)
        case answerArrives(RegionCode, String, Answer)
        case wake(epoch: Int)
        case restart
        case heal(RegionCode)
        case calm
        case operatorLooks
        case repair
    }

    struct Item {
        let at: Instant
        let order: Int
        let action: Action

        static func < (a: Item, b: Item) -> Bool { a.at == b.at ? a.order < b.order : a.at < b.at }
    }

    private var items: [Item] = []
    private var lastOrder = 0

    mutating func push(_ action: Action, at time: Instant) {
        lastOrder += 1
        items.append(Item(at: time, order: lastOrder, action: action))
        var child = items.count - 1
        while child > 0, items[child] < items[(child - 1) / 2] {
            items.swapAt(child, (child - 1) / 2)
            child = (child - 1) / 2
        }
    }

    mutating func pop() -> Item? {
        guard let top = items.first, let last = items.popLast() else { return nil }
        if items.isEmpty { return top }
        items[0] = last
        var parent = 0
        while true {
            var least = parent
            for child in [2 * parent + 1, 2 * parent + 2] where child < items.count && items[child] < items[least] {
                least = child
            }
            if least == parent { return top }
            items.swapAt(parent, least)
            parent = least
        }
    }
}

/// Lines of a run and a running digest of them.
struct Trace {
    private(set) var lines: [String] = []
    private var hash: UInt64 = 0xcbf2_9ce4_8422_2325

    mutating func add(_ line: String, keep: Bool) {
        for byte in line.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
        if keep { lines.append(line) }
    }

    /// FNV-1a over every line, 16 hexadecimal digits.
    var digest: String {
        let text = String(hash, radix: 16)
        return String(repeating: "0", count: 16 - text.count) + text
    }
}
