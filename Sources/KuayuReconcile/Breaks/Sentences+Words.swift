import KuayuModel

// The words that sentences are made of.

extension Sentences {
    static let unknownState = Words("未知状态", "an unknown state")

    /// A canonical state; anything else that a hub says is not repeated.
    static func state(_ code: String) -> Words {
        guard let state = CaseState(rawValue: code) else { return unknownState }
        return Words(chinese(state), code)
    }

    private static func chinese(_ state: CaseState) -> String {
        switch state {
        case .draft: "草稿"
        case .submitted: "已提交"
        case .collected: "已收件"
        case .transferred: "已转办"
        case .accepted: "已受理"
        case .reviewing: "审查中"
        case .supplementing: "待补正"
        case .special: "特别程序"
        case .decided: "已决定"
        case .issued: "已制证"
        case .delivered: "已送达"
        case .closed: "办结"
        case .notAccepted: "不予受理"
        case .returned: "已退回"
        case .withdrawn: "已撤回"
        case .voided: "已作废"
        }
    }

    /// `版本 3（已受理）`, `version 3 (accepted)`.
    static func standing(_ element: LedgerElement) -> Words {
        let state = state(element.status)
        return Words("版本 \(element.version)（\(state.chinese)）", "version \(element.version) (\(state.english))")
    }

    /// What the gateway says.
    static func expected(_ reading: Reading) -> Words {
        reading.difference.expected.map { standing($0) } ?? Words("无", "nothing")
    }

    /// What the hub says, at most four rows.
    static func rows(_ found: [HubRow]) -> Words {
        let shown = found.prefix(4).map { standing($0.element) }
        let rest = found.count - shown.count
        return Words(
            (shown.map(\.chinese) + (rest > 0 ? ["另 \(rest) 行"] : [])).joined(separator: "、"),
            (shown.map(\.english) + (rest > 0 ? ["\(rest) more"] : [])).joined(separator: ", "))
    }

    /// Who reported an event.
    static func author(_ event: CaseFacts.Event) -> Words {
        event.author.map { Words($0.name, $0.name) } ?? Words("网关", "the gateway")
    }

    /// `；该环节由上海于 10:02 上报`; nothing when the history does not have the version.
    static func source(_ reading: Reading, version: Int) -> Words {
        guard let event = reading.event(version) else { return Words("", "") }
        let by = author(event)
        let time = time(event.at, reading)
        return Words("；该环节由\(by.chinese)于 \(time) 上报", "; \(by.english) reported it \(time)")
    }

    /// `1 event`, `2 events`.
    static func count(_ number: Int, _ noun: String) -> String { "\(number) \(noun)\(number == 1 ? "" : "s")" }

    /// A time of day on the day of the cut, with the date on another day, with the year in another year.
    static func time(_ instant: Instant, _ reading: Reading) -> String {
        time(instant, on: reading.cut.gatewayWatermark.date)
    }

    /// A time as it is said on a day.
    static func time(_ instant: Instant, on day: CalendarDate) -> String {
        let text = instant.canonical
        let clock = text.dropFirst(11).prefix(5)
        if instant.date == day { return String(clock) }
        let date = instant.date.year == day.year ? text.dropFirst(5).prefix(5) : text.prefix(10)
        return "\(date) \(clock)"
    }

    /// Date and time to the second.
    static func second(_ seconds: Int64) -> String {
        let text = Instant(epochSeconds: seconds).canonical
        return "\(text.prefix(10)) \(text.dropFirst(11).prefix(8))"
    }

    /// The end of a digest.
    static func short(_ digest: String?) -> String {
        guard let digest, digest != "-" else { return "-" }
        let tail = digest.utf8.suffix(8).filter { ($0 >= 0x30 && $0 <= 0x39) || ($0 >= 0x61 && $0 <= 0x66) }
        return "…" + String(decoding: tail, as: UTF8.self)
    }

    /// A text of others as it may be repeated: one line, at most 80 characters, no row of more than six digits.
    static func safe(_ text: String) -> String {
        var out = String.UnicodeScalarView()
        var digits: [UnicodeScalar] = []
        func flush() {
            out.append(contentsOf: digits.count > 6 ? Array("***".unicodeScalars) : digits)
            digits = []
        }
        for scalar in text.unicodeScalars {
            if scalar.properties.numericType != nil {
                digits.append(scalar)
                continue
            }
            flush()
            out.append(isPlain(scalar) ? scalar : " ")
        }
        flush()
        return out.count > 80 ? String(String.UnicodeScalarView(out.prefix(80))) + "…" : String(out)
    }

    private static func isPlain(_ scalar: UnicodeScalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator: false
        default: true
        }
    }

    static func words(for kind: FeedError.Kind) -> Words {
        switch kind {
        case .unreadable: Words("无法读取", "it cannot be read")
        case .count: Words("行数与所报不符", "the number of rows is not the number claimed")
        case .sum: Words("合计与所报不符", "the sum of the rows is not the sum claimed")
        case .misplaced: Words("行不在所报位置", "rows stand where they do not belong")
        case .identity: Words("标识与字段不符", "identities do not follow from their rows")
        case .changed: Words("取数期间台账有变", "the ledger changed while it was read")
        case .digest: Words("摘要不符", "a digest does not fit")
        case .limit: Words("超出限额", "a limit is exceeded")
        case .flood: Words("差异多得不可信", "more differs than can be believed")
        case .unavailable: Words("无法连接或被拒绝", "it cannot be reached, or refuses")
        }
    }
}
