using Microsoft.Extensions.DependencyInjection;
using Orchestration.Samples.ExpenseApproval.People;
using Orchestration.Samples.ExpenseApproval.Workflows;
using Orchestration.Samples.Shared;

namespace Orchestration.Samples.ExpenseApproval;

/// <summary>Takes the sample's expenses and sees each to its end.</summary>
internal static class RunCommand
{
    public static async Task<int> RunAsync(string directory, TimeSpan deadline, bool yourself, int port)
    {
        var post = new FileBook<Letter>(Path.Combine(directory, "post"));
        await using var host = await SampleHost.StartAsync(
            directory,
            static hosted => hosted.AddWorkflow<ApproveExpense>().AddActivities<Mail>(),
            services => services.AddSingleton(post),
            gatewayPort: yourself ? port : 0);
        using var closing = CancellationTokenSource.CreateLinkedTokenSource(host.Stopping);
        var working = new Office(host.Client, post, answers: !yourself, Console.Out).WorkAsync(closing.Token);

        var policy = new ApprovalPolicy(Person.Approvers, deadline, deadline / 3);
        var desk = new ApprovalDesk(host.Client, Console.Out);
        var deciding = Task.WhenAll(Person.Expenses.Select(
            expense => desk.DecideAsync(new ApprovalRequest(expense, policy), host.Stopping)));

        // The people work until all is decided; should they fail, there is nothing to wait for.
        await await Task.WhenAny(deciding, working);
        await closing.CancelAsync();
        await working.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        foreach (var (expense, decision) in Person.Expenses.Zip(await deciding))
            Console.WriteLine($"expense {expense.Id} ({expense.What}): {decision.Outcome}");
        return SampleCommand.Clean;
    }
}
