import KuayuModel

/// The way to one hub: what is ready, what waits, and whether the hub can take anything.
struct Route: Sendable {
    let hub: RegionCode
    let policy: RoutePolicy
    /// Deliveries that may be sent now, oldest first.
    var ready = ReadyList()
    /// Deliveries that wait for their next attempt.
    var delayed = DelayHeap()
    /// Sends under way.
    var inFlight = 0
    var failures = 0
    var phase = Phase.normal
    var reason: String?

    /// Whether the hub can take anything.
    enum Phase: Hashable, Sendable {
        /// Sends flow. Leaves on too many failures, a fault, or a stop.
        case normal
        /// The breaker is open until the time; the pause grows. Leaves on wake.
        case failing(until: Instant, pause: Duration)
        /// One delivery tries whether the hub is back. Leaves on its reply.
        case probing(pause: Duration)
        /// An operator stopped it. Leaves on resume.
        case stopped

        var name: String {
            switch self {
            case .normal: "open"
            case .failing: "failing"
            case .probing: "probing"
            case .stopped: "stopped"
            }
        }
    }

    var nextWake: Instant? {
        if case .failing(let until, _) = phase { return ready.isEmpty && delayed.isEmpty ? nil : until }
        return delayed.first?.at
    }

    /// How many sends may start now.
    var freeSlots: Int {
        switch phase {
        case .normal: policy.slots - inFlight
        case .probing: inFlight == 0 ? 1 : 0
        case .failing, .stopped: 0
        }
    }
}

/// First in, first out, without moving elements at each removal.
struct ReadyList: Sendable {
    private var items: [DeliveryID] = []
    private var head = 0

    var count: Int { items.count - head }
    var isEmpty: Bool { count == 0 }

    mutating func append(_ id: DeliveryID) { items.append(id) }

    mutating func popFirst() -> DeliveryID? {
        guard head < items.count else { return nil }
        defer {
            head += 1
            if head > 1024 && head * 2 > items.count {
                items.removeFirst(head)
                head = 0
            }
        }
        return items[head]
    }

    /// Makes an id that was just taken the first again.
    mutating func putBack(_ id: DeliveryID) {
        if head > 0 {
            head -= 1
            items[head] = id
        } else {
            items.insert(id, at: 0)
        }
    }
}

/// A binary heap of due times; ties go to the lower delivery number, so that the order is the same in every run.
struct DelayHeap: Sendable {
    struct Item: Sendable {
        let at: Instant
        let id: DeliveryID

        static func < (a: Item, b: Item) -> Bool { a.at == b.at ? a.id < b.id : a.at < b.at }
    }

    private var items: [Item] = []

    var isEmpty: Bool { items.isEmpty }
    var first: Item? { items.first }

    mutating func insert(_ id: DeliveryID, at: Instant) {
        items.append(Item(at: at, id: id))
        var child = items.count - 1
        while child > 0, items[child] < items[(child - 1) / 2] {
            items.swapAt(child, (child - 1) / 2)
            child = (child - 1) / 2
        }
    }

    mutating func popFirst() -> Item? {
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
