# Norm of the gradient by step
#
# gradient norm (gradient_norm): Norm of the gradient before clipping. A step is one batch of
# rollouts or demonstrations. Seeds: grpo 3, srft-paper 2, sft 1. Of several seeds the line is
# the mean, at steps that all of them have; pale lines are the seeds. Shaded: from the lowest to
# the highest seed, no interval. Zeros stand on the axis.
#
# Run in this folder, gnuplot 5.4 or newer:  gnuplot training-gradient-norm.gp
# It reads training-gradient-norm.tsv and writes training-gradient-norm.svg and training-gradient-norm.pdf.

set encoding utf8
do for [format in 'svg pdf'] {
  if (format eq 'svg') {
    set terminal svg size 234,145 fixed enhanced font 'Liberation Sans,9' dashlength 2 name 'f_training_gradient_norm' background '#ffffff'
    text_column = 7
  } else {
    set terminal pdfcairo size 234./72,145./72 enhanced font 'Liberation Sans,9' fontscale 0.75 linewidth 2 dashlength 3.636 background '#ffffff'
    # 8: characters that a PDF's fonts may lack are boxes; 7: as they are, as in the SVG
    text_column = 8
  }
  set output 'training-gradient-norm.'.format
  set multiplot

  # panel 1
  reset
  set datafile separator "\t"
  set lmargin at screen 0.13869
  set rmargin at screen 0.96154
  set bmargin at screen 0.17241
  set tmargin at screen 0.86897
  set border 15 linewidth 0.5
  set xrange [1:12]
  set xtics in mirror scale 0.5,0.25 font ',8' offset 0,0.35 ('2' 2, '4' 4, '6' 6, '8' 8, '10' 10, '12' 12)
  set yrange [0.013170797184735955:276.05051089112334]
  set logscale y
  set ytics in mirror scale 0.5,0.25 font ',8' offset 0.4,0 ('' 0.1 1, '10^{0}' 1, '' 10 1, '10^{2}' 100)
  set label 'step' at screen 0.55012,0.04138 center noenhanced front
  set label 'gradient norm' at screen 0.03419,0.52069 center rotate by 90 noenhanced front
  unset colorbox
  set arrow from screen 0.08826,0.94138 to screen 0.16518,0.94138 nohead linewidth 1 linecolor rgb '#0072b2' dashtype (5,2)
  set label 'grpo' at screen 0.18227,0.94138 left font ',8' noenhanced front
  set arrow from screen 0.37985,0.94138 to screen 0.45677,0.94138 nohead linewidth 1 linecolor rgb '#009e73' dashtype (6,1.6,1.2,1.6)
  set label 'srft-paper' at screen 0.47386,0.94138 left font ',8' noenhanced front
  set arrow from screen 0.67144,0.94138 to screen 0.74836,0.94138 nohead linewidth 1 linecolor rgb '#e69f00' dashtype solid
  set label 'sft' at screen 0.76545,0.94138 left font ',8' noenhanced front
  plot 'training-gradient-norm.tsv' index 0 using 1:2:3 with filledcurves fillstyle transparent solid 0.2 noborder linecolor rgb '#0072b2' notitle, \
    'training-gradient-norm.tsv' index 1 using 1:2:3 with filledcurves fillstyle transparent solid 0.2 noborder linecolor rgb '#009e73' notitle, \
    'training-gradient-norm.tsv' index 2 using 1:2 with lines linewidth 0.4 linecolor rgb '#a6cee4' dashtype solid notitle, \
    'training-gradient-norm.tsv' index 3 using 1:2 with lines linewidth 0.4 linecolor rgb '#a6cee4' dashtype solid notitle, \
    'training-gradient-norm.tsv' index 4 using 1:2 with lines linewidth 0.4 linecolor rgb '#a6cee4' dashtype solid notitle, \
    'training-gradient-norm.tsv' index 5 using 1:2 with lines linewidth 0.4 linecolor rgb '#a6ddce' dashtype solid notitle, \
    'training-gradient-norm.tsv' index 6 using 1:2 with lines linewidth 0.4 linecolor rgb '#a6ddce' dashtype solid notitle, \
    'training-gradient-norm.tsv' index 7 using 1:2 with lines linewidth 1 linecolor rgb '#0072b2' dashtype (5,2) notitle, \
    'training-gradient-norm.tsv' index 8 using 1:2 with lines linewidth 1 linecolor rgb '#009e73' dashtype (6,1.6,1.2,1.6) notitle, \
    'training-gradient-norm.tsv' index 9 using 1:2 with lines linewidth 1 linecolor rgb '#e69f00' dashtype solid notitle

  unset multiplot
  set output
}
