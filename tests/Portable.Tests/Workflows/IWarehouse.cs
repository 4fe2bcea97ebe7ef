namespace Orchestration.Portable.Tests.Workflows;

public interface IWarehouse
{
    Task<string> ReserveAsync(string article, int count);

    Task ReleaseAsync(string article, int count);

    Task<string> FlakyAsync(string name);

    Task<string> WhereAsync(int number);

    Task WaitForeverAsync(string name);
}
