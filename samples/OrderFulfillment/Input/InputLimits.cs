namespace Orchestration.OrderFulfillment.Input;

/// <summary>Beyond these a number is taken for a mistake.</summary>
internal static class InputLimits
{
    public const int LineBytes = 1024 * 1024;
    public const int TextLength = 400;
    public const int OrderIdLength = 100;
    public const int Lines = 1000;
    public const int Quantity = 100_000;
    public const long Stock = 1_000_000_000;
    public const decimal Price = 1_000_000m;
}
