using System.CommandLine;
using System.Globalization;
using Orchestration.Client;
using Orchestration.Samples.LoyaltyAccount;
using Orchestration.Samples.Shared;
using Orchestration.Workflows;

var data = SampleCommand.DataOption("loyalty-account");
var tills = SampleCommand.NumberOption("--tills", "How many tills send at once.", 8, 1, 200);
var receipts = SampleCommand.NumberOption("--receipts", "How many receipts each till sends in all.", 2500, 1, 1_000_000);
var command = new RootCommand("An account that lives on through continue-as-new, while tills send it receipts and count.")
{
    data, tills, receipts,
};
command.SetAction(async parsed =>
{
    await using var host = await SampleHost.StartAsync(parsed.GetValue(data)!, static hosted => hosted.AddWorkflow<Account>());
    var account = host.Client.GetWorkflow<Account>("account-1");
    var upTo = parsed.GetValue(receipts);
    var all = Enumerable.Range(1, parsed.GetValue(tills)).Select(number => new Till(account, number)).ToList();
    try
    {
        await account.StartAsync(AccountState.New, cancellationToken: host.Stopping);
    }
    catch (WorkflowAlreadyStarted)
    {
        var found = await account.QueryAsync(static a => a.State, cancellationToken: host.Stopping);
        if (found.Tills.Count > all.Count || found.Tills.Values.Any(till => till.LastReceipt > upTo))
            throw new InvalidDataException("The account has more receipts already: ask for as many, or name another --data.");
        Console.WriteLine($"Found the account of an earlier process, in its run {found.Run}.");
    }

    var every = Math.Max(1, upTo / 5);
    await Task.WhenAll(all.Select(till => till.SendAsync(upTo, sent => Report(till, sent), host.Stopping)));

    var state = await account.QueryAsync(static a => a.State, cancellationToken: host.Stopping);
    Console.WriteLine(string.Create(
        CultureInfo.InvariantCulture, $"{all.Count * (long)upTo:N0} receipts; the account is in its run {state.Run}."));
    var violations = Count.Violations(state, [.. all.Select(static till => till.Name)], upTo);
    foreach (var violation in violations) Console.WriteLine($"Count: {violation}");
    if (violations.Count == 0) Console.WriteLine("Count: clean. Nothing was lost, doubled or put out of order.");
    return violations.Count == 0 ? SampleCommand.Clean : SampleCommand.Broken;

    void Report(Till till, long sent)
    {
        if (sent % every == 0) Console.WriteLine($"{till.Name}: {sent} of {upTo} receipts");
    }
});
return await SampleCommand.RunAsync(command, args);
