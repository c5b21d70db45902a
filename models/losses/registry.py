"""The losses that can be chosen by name."""

from __future__ import annotations

from lrat_rank.models.losses.approx_ndcg import ApproxNDCGLoss
from lrat_rank.models.losses.base import RankingLoss
from lrat_rank.models.losses.bce import BCELoss
from lrat_rank.models.losses.infonce import InfoNCELoss
from lrat_rank.models.losses.kl import KLLoss
from lrat_rank.models.losses.lambdarank import LambdaRankLoss
from lrat_rank.models.losses.lce import LCELoss
from lrat_rank.models.losses.listmle import ListMLELoss
from lrat_rank.models.losses.listnet import ListNetLoss
from lrat_rank.models.losses.margin_mse import MarginMSELoss
from lrat_rank.models.losses.mse import MSELoss
from lrat_rank.models.losses.ndcg_loss2pp import NDCGLoss2PPLoss
from lrat_rank.models.losses.neural_ndcg import NeuralNDCGLoss
from lrat_rank.models.losses.p_listmle import PListMLELoss
from lrat_rank.models.losses.ranknet import RankNetLoss
from lrat_rank.models.losses.ranknet_order import RankNetOrderLoss
from lrat_rank.models.losses.softmax import SoftmaxLoss
from lrat_rank.registry import Registry

LOSSES: Registry[type[RankingLoss]] = Registry("loss")
LOSSES.add("softmax", SoftmaxLoss)
LOSSES.add("listnet", ListNetLoss)
LOSSES.add("listmle", ListMLELoss)
LOSSES.add("p-listmle", PListMLELoss)
LOSSES.add("approx-ndcg", ApproxNDCGLoss)
LOSSES.add("neural-ndcg", NeuralNDCGLoss)
LOSSES.add("ranknet", RankNetLoss)
LOSSES.add("ranknet-order", RankNetOrderLoss)
LOSSES.add("lambdarank", LambdaRankLoss)
LOSSES.add("ndcg-loss2pp", NDCGLoss2PPLoss)
LOSSES.add("margin-mse", MarginMSELoss)
LOSSES.add("bce", BCELoss)
LOSSES.add("mse", MSELoss)
LOSSES.add("infonce", InfoNCELoss)
LOSSES.add("lce", LCELoss)
LOSSES.add("kl", KLLoss)
