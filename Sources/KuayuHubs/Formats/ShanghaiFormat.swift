import KuayuFormats
import KuayuModel

/// Shanghai: JSON in snake_case, words in place of codes, districts by name.
struct ShanghaiFormat: LocalFormat {
    let region = RegionCode.shanghai
    let contentType = "application/json; charset=utf-8"

    func draft(_ draft: CaseDraft, number: String) -> LocalTree {
        var tree = LocalTree.object([])
        let time = LocalTime.text(draft.appliedAt, "yyyy-MM-dd HH:mm:ss")
        let values: [(String, String)] = [
            ("id", number), ("suid", number), ("did", "D" + number), ("affair_name", draft.item.name),
            ("item_code", draft.item.catalogCode.text), ("region", draft.handlingPath),
            ("apply_name", draft.item.name), ("applicant_type", draft.isPerson ? "个人" : "企业"),
            ("applicant", draft.name), ("certificate_type", draft.isPerson ? "居民身份证" : "统一社会信用代码"),
            ("certificate_no", draft.idNumber), ("contact_name", draft.name), ("contact_mobile", draft.mobile),
            ("contact_address", draft.address),
            ("contact_postcode", draft.serial % 3 == 0 ? "HALL\(draft.serial)" : "200001"),
            // The source writes a fraction now and then.
            ("status", "已提交"), ("apply_time", draft.serial % 2 == 0 ? time + ".0" : time), ("submit_type", "网上"),
            ("data_version", "1"), ("csj_mode", draft.mode),
        ]
        for (name, value) in values { tree[name] = .text(value) }
        tree["csj_handling"] = .array([.text(draft.handling)])
        tree["materials"] = .array([
            .object([
                .init(name: "stuff_code", value: .text("M01")), .init(name: "stuff_name", value: .text("身份证明")),
                .init(name: "need_flag", value: .text("1")),
            ])
        ])
        return tree
    }

    func ownNumber(_ document: LocalTree) -> String? { nonEmpty(document["suid"]) }
    func setOwnNumber(_ number: String, in document: inout LocalTree) { document["suid"] = .text(number) }
    func federationID(_ document: LocalTree) -> String? { nonEmpty(document["csj_no"]) }
    func setFederationID(_ id: String, in document: inout LocalTree) { document["csj_no"] = .text(id) }

    func isHandledHere(_ document: LocalTree) -> Bool {
        if let first = document["csj_handling"]?.elements.first?.text { return first.hasPrefix("31") }
        return document["region"]?.text?.hasPrefix("上海") ?? false
    }

    func advance(_ document: inout LocalTree, to stage: CaseStage, at time: Instant, version: Int) {
        let text = LocalTime.text(time, "yyyy-MM-dd HH:mm:ss")
        document["data_version"] = .text(String(version))
        // What travels beside the plain fields was written for the state before.
        document["csj_ext"] = nil
        switch stage {
        case .accepted:
            document["status"] = .text("已受理")
            document["accept_time"] = .text(text)
        case .supplementing: document["status"] = .text("补正")
        case .reviewing: document["status"] = .text("办理中")
        case .granted, .denied:
            document["status"] = .text("办结")
            document["result"] = .text(stage == .granted ? "通过" : "不通过")
            document["result_view"] = .text(stage == .granted ? "准予办理" : "不符合条件")
            document["finish_time"] = .text(text)
        }
    }

    func payload(_ documents: [LocalTree], key: String, now: Instant) -> [UInt8] {
        let window = LocalTime.text(now, "yyyy-MM-dd HH:mm")
        return envelope(documents, from: window, to: window, claimed: documents.count)
    }

    /// The answer to a pulled window; `claimed` is the count the hub claims.
    func envelope(_ documents: [LocalTree], from: String, to: String, claimed: Int) -> [UInt8] {
        LocalTree.object([
            .init(name: "isSuccess", value: .bool(true)), .init(name: "msg", value: .text("")),
            .init(
                name: "batch",
                value: .object([
                    .init(name: "from", value: .text(from)), .init(name: "to", value: .text(to)),
                    .init(name: "count", value: .number(String(claimed))),
                ])),
            .init(name: "apply", value: .array(documents)), .init(name: "filedata", value: .array([])),
        ]).json
    }

    func parse(_ payload: [UInt8]) throws -> [LocalTree] {
        let tape = try JSONReader.read(payload)
        guard let list = LocalTree(tape)["apply"] else { throw UnreadablePayload(reason: "no apply") }
        return list.elements
    }

    func reply(_ outcome: ReplyOutcome, cases: [String]) -> [UInt8] {
        let (success, message): (Bool, String) =
            switch outcome {
            case .taken: (true, "")
            case .duplicate: (true, "重复")
            case .busy: (false, "系统繁忙")
            case .refused(let reason): (false, reason)
            }
        var members: [LocalTree.Member] = [
            .init(name: "isSuccess", value: .bool(success)), .init(name: "msg", value: .text(message)),
        ]
        if cases.count > 1 {
            members.append(.init(name: "results", value: .array(cases.map { result($0, success, message) })))
        }
        return LocalTree.object(members).json
    }

    private func result(_ id: String, _ success: Bool, _ message: String) -> LocalTree {
        .object([
            .init(name: "csj_no", value: .text(id)), .init(name: "isSuccess", value: .bool(success)),
            .init(name: "msg", value: .text(message)),
        ])
    }

    private func nonEmpty(_ tree: LocalTree?) -> String? { tree?.text.flatMap { $0.isEmpty ? nil : $0 } }
}
